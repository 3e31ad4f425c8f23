"""One epoch over 2,000 pictures: through the frozen base, as in the notebook, and on features that were computed once."""

from __future__ import annotations

import keras
import numpy as np

from network import FEATURES, base_model, cnn_model, digit_model, head_model, model_as_written
from pictures import SIDE
from stage import Options, Outcome, Work
from store import picture_store

BATCH = 32  # the notebook's
IMAGES = 2000  # in an epoch
CNN_SIDE = 64  # pixels
DIGITS = 6000  # in an epoch


def load_fit(options: Options) -> Work[list[float]]:
    """The notebook's model, fitted on pictures as floats."""
    store = picture_store(options, IMAGES)
    return fitting(model_as_written(base_model(1.0, SIDE)), store / np.float32(255), options.batch or BATCH)


def load_head(options: Options, batch: int, jit: bool, steps: int) -> Work[list[float]]:
    """The head alone. The features are drawn from a normal distribution and cut off as ReLU6 does, so half of them are zero."""
    count = options.images or IMAGES
    features = np.random.default_rng(0).standard_normal((count, *FEATURES), np.float32).clip(0, 6)
    return fitting(head_model(FEATURES, jit, steps), features, options.batch or batch)


def load_cnn(options: Options, steps: int = 1) -> Work[list[float]]:
    """The content filter's benchmark network, fitted from its first weights on pictures as floats; every other one is of the other class."""
    store = picture_store(options, IMAGES, CNN_SIDE)
    classes = np.eye(2, dtype=np.float32)[np.arange(len(store)) % 2]
    return fitting(cnn_model(CNN_SIDE, steps), store / np.float32(255), options.batch or BATCH, classes)


def load_digits(options: Options, steps: int = 1) -> Work[list[float]]:
    """The network of digits, fitted from its first weights on noise; every tenth picture is of the same class."""
    count = options.images or DIGITS
    pictures = np.random.default_rng(0).random((count, 28, 28, 1), np.float32)
    return fitting(digit_model(steps), pictures, options.batch or 128, np.eye(10, dtype=np.float32)[np.arange(count) % 10])


def fitting(model: keras.Model, inputs: np.ndarray, batch: int, targets: np.ndarray | None = None) -> Work[list[float]]:
    """An epoch, on standardized targets that are drawn where none are given. Each round goes on with the weights of the round before."""
    if targets is None:
        targets = np.random.default_rng(0).standard_normal(len(inputs), np.float32)

    def epoch(count: int) -> list[float]:
        return model.fit(inputs[:count], targets[:count], batch_size=batch, epochs=1, verbose=0).history['loss']

    return Work(
        run=lambda: epoch(len(inputs)),
        describe=lambda losses: Outcome(len(losses), {'images': len(inputs), 'batch': batch, 'loss': losses[-1]}),
        warm_up=lambda: epoch(2 * batch + len(inputs) % batch),
        unit='epochs',
    )
