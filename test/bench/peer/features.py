"""The stages that run pictures through the frozen base: bytes in, features out as numpy arrays."""

from __future__ import annotations

import numpy as np

from network import base_model, compute_features, feature_function
from stage import Options, Outcome, Work
from store import picture_store

BATCH = 32  # the notebook's
IMAGES = 320  # in a round


def load_predict(options: Options, alpha: float, side: int) -> Work[np.ndarray]:
    """The notebook's way: floats from 0 to 1 into Keras' predict."""
    store, base, batch = picture_store(options, IMAGES, side), base_model(alpha, side), options.batch or BATCH

    def predict(pictures: np.ndarray) -> np.ndarray:
        return base.predict(pictures / np.float32(255), batch_size=batch, verbose=0)

    return Work(run=lambda: predict(store), describe=describe, warm_up=lambda: predict(with_rest(store, batch)))


def load_function(options: Options, alpha: float, side: int, frozen: bool) -> Work[np.ndarray]:
    """A tf.function; `frozen` as for `network`."""
    store, batch = picture_store(options, IMAGES, side), options.batch or BATCH
    function = feature_function(base_model(alpha, side), frozen)
    return Work(
        run=lambda: compute_features(function, store, batch),
        describe=describe,
        warm_up=lambda: compute_features(function, with_rest(store, batch), batch),
    )


def with_rest(store: np.ndarray, batch: int) -> np.ndarray:
    """One whole batch, and one as small as the store's last."""
    return store[:batch + (len(store) % batch or 1)]


def describe(features: np.ndarray) -> Outcome:
    """Shape and spread, and how far the mean feature of one picture lies from another's."""
    check = {
        'shape': features.shape,
        'type': str(features.dtype),
        'mean': features.mean(),
        'deviation': features.std(),
        'deviation_between_pictures': features.mean(axis=(1, 2)).std(axis=0).mean(),
    }
    return Outcome(len(features), check)
