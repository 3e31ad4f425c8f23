"""
The networks: a frozen MobileNetV2 without its top, and the notebook's head on it. Weights are random, for the speed does not depend on
them.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

keras.utils.set_random_seed(0)  # initial weights and dropout are the same in every run

FEATURES = (3, 3, 1280)  # of one picture: MobileNetV2 1.0 at 96 pixels

Features = Callable[[tf.Tensor], tf.Tensor]


def base_model(alpha: float, side: int) -> keras.Model:
    """
    MobileNetV2 of width `alpha` for `[batch, side, side, 3]`, frozen, the same numbers in every run. Kernels keep the size of what goes
    through them, so that features depend on the picture; offsets are not zero, or arithmetic could be left out that real weights need.
    """
    base = keras.applications.MobileNetV2(input_shape=(side, side, 3), include_top=False, weights=None, alpha=alpha)
    base.trainable = False
    draw = np.random.default_rng(0)
    for layer in base.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            shape = layer.gamma.shape
            gamma, variance = draw.uniform(0.9, 1.1, shape), draw.uniform(0.9, 1.1, shape)
            beta, mean = draw.normal(0, 0.1, shape), draw.normal(0, 0.1, shape)
            layer.set_weights([gamma, beta, mean, variance])
        elif layer.weights:
            shape = layer.kernel.shape
            inputs = np.prod(shape[:2] if isinstance(layer, keras.layers.DepthwiseConv2D) else shape[:3])
            layer.set_weights([draw.normal(0, np.sqrt(2 / inputs), shape)])
    return base


def head_layers() -> list[keras.Layer]:
    """The notebook's layers above the base."""
    layers, penalty = keras.layers, keras.regularizers.L2(0.01)
    return [
        layers.Conv2D(64, (3, 3), activation='relu', padding='same'),
        layers.BatchNormalization(),
        layers.GlobalAveragePooling2D(),
        layers.Dense(128, activation='relu', kernel_regularizer=penalty),
        layers.Dropout(0.6),
        layers.Dense(64, activation='relu', kernel_regularizer=penalty),
        layers.Dropout(0.7),
        layers.Dense(1, activation='linear'),
    ]


def model_as_written(base: keras.Model) -> keras.Model:
    """Base and head in one model, compiled as the notebook does: every epoch goes through the frozen base again."""
    model = keras.Sequential([base, *head_layers()])
    model.compile(optimizer='adam', loss='mse', metrics=['mae'])
    return model


def head_model(features: tuple[int, int, int], jit: bool | str = 'auto', steps: int = 1) -> keras.Model:
    """
    The head alone, for features that were computed once. `jit` compiles the training step with XLA, `steps` of them run in one call.
    """
    head = keras.Sequential([keras.Input(features), *head_layers()])
    head.compile(optimizer='adam', loss='mse', metrics=['mae'], jit_compile=jit, steps_per_execution=steps)
    return head


def cnn_model(side: int, steps: int = 1) -> keras.Model:
    """The benchmark network of the content filter, for two classes; `steps` of its training run in one call."""
    layers = keras.layers
    convolutions = [
        layer
        for filters in (16, 32, 64, 128, 256)
        for layer in (layers.Conv2D(filters, 3, strides=2, padding='same'), layers.BatchNormalization(), layers.Activation('relu'))
    ]
    dense = [layers.Dense(1000), layers.BatchNormalization(), layers.Activation('relu'), layers.Dropout(0.5)]
    last = layers.Dense(2, activation='softmax')
    cnn = keras.Sequential([keras.Input((side, side, 3)), *convolutions, layers.Flatten(), *dense, last])
    cnn.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'], steps_per_execution=steps)
    return cnn


def digit_model(steps: int = 1) -> keras.Model:
    """The network of digits; `steps` of its training run in one call."""
    layers = keras.layers
    convolutions = [
        layer for filters in (32, 64) for layer in (layers.Conv2D(filters, 3, activation='relu'), layers.MaxPooling2D())
    ]
    last = [layers.Flatten(), layers.Dropout(0.5), layers.Dense(10, activation='softmax')]
    cnn = keras.Sequential([keras.Input((28, 28, 1)), *convolutions, *last])
    cnn.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'], steps_per_execution=steps)
    return cnn


def feature_function(base: keras.Model, frozen: bool) -> Features:
    """
    Bytes `[batch, side, side, 3]` to features, scaling included, as one graph. `frozen` makes constants of the weights, which lets
    TensorFlow fold batch normalisation into the convolutions.
    """

    @tf.function(input_signature=[tf.TensorSpec([None, *base.input_shape[1:]], tf.uint8)])
    def features(pictures: tf.Tensor) -> tf.Tensor:
        return base(tf.cast(pictures, tf.float32) / 127.5 - 1, training=False)

    if not frozen:
        return features
    graph = convert_variables_to_constants_v2(features.get_concrete_function())
    return lambda pictures: graph(pictures)[0]


def compute_features(function: Features, pictures: np.ndarray, batch: int) -> np.ndarray:
    """Features of all pictures, batch by batch."""
    starts = range(0, len(pictures), batch)
    return np.concatenate([function(tf.constant(pictures[start:start + batch])).numpy() for start in starts])
