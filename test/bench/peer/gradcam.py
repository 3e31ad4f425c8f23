"""Grad-CAM of one picture after the other: a map of 96 × 96 from 0 to 1 that says where the predicted price is raised."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import keras
import numpy as np
import tensorflow as tf

from network import FEATURES, base_model, head_layers
from pictures import SIDE
from stage import Options, Outcome, Work
from store import picture_store

IMAGES = 20  # in a round, one at a time

Explain = Callable[[np.ndarray], np.ndarray]


def explain_as_written(base: keras.Model, head: keras.Model, picture: np.ndarray) -> np.ndarray:
    """The notebook's function with its faults put right: the model split at the base, the loop over all channels, no division by 0."""
    with tf.GradientTape() as tape:
        features = base(picture, training=False)
        tape.watch(features)
        loss = head(features, training=False)[:, 0]
    weights = tf.reduce_mean(tape.gradient(loss, features), axis=(0, 1, 2)).numpy()
    weighted = features.numpy()[0]
    for channel in range(weights.shape[-1]):
        weighted[:, :, channel] *= weights[channel]
    heat = np.maximum(np.mean(weighted, axis=-1), 0)
    return cv2.resize(heat / (np.max(heat) or 1), (SIDE, SIDE))


def map_function(head: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """Features `[1, 3, 3, 1280]` to the map, as one graph."""

    @tf.function(input_signature=[tf.TensorSpec([1, *FEATURES], tf.float32)])
    def heat_map(features: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(features)
            score = head(features, training=False)
        weights = tf.reduce_mean(tape.gradient(score, features), axis=(1, 2), keepdims=True)
        heat = tf.nn.relu(tf.reduce_sum(features * weights, axis=-1, keepdims=True))
        return tf.image.resize(tf.math.divide_no_nan(heat, tf.reduce_max(heat)), (SIDE, SIDE))[0, :, :, 0]

    return heat_map


def load_eager(options: Options) -> Work[list[np.ndarray]]:
    """From the picture, without a graph."""
    base, head = models()
    pictures = picture_store(options, IMAGES) / np.float32(255)
    return explaining(lambda picture: explain_as_written(base, head, picture), pictures)


def load_function(options: Options, start: str) -> Work[list[np.ndarray]]:
    """`start` is "picture", or "features" where those are at hand."""
    base, head = models()
    pictures, heat_map = picture_store(options, IMAGES), map_function(head)

    @tf.function(input_signature=[tf.TensorSpec([1, SIDE, SIDE, 3], tf.uint8)])
    def features(picture: tf.Tensor) -> tf.Tensor:
        return base(tf.cast(picture, tf.float32) / 127.5 - 1, training=False)

    if start == 'picture':
        return explaining(lambda picture: heat_map(features(picture)).numpy(), pictures)
    at_hand = np.concatenate([features(pictures[i:i + 1]).numpy() for i in range(len(pictures))])
    return explaining(lambda own: heat_map(own).numpy(), at_hand)


def models() -> tuple[keras.Model, keras.Model]:
    """The base and an untrained head for its features."""
    base = base_model(1.0, SIDE)
    return base, keras.Sequential([keras.Input(FEATURES), *head_layers()])


def explaining(explain: Explain, inputs: np.ndarray) -> Work[list[np.ndarray]]:
    """Each input on its own, in the order of the store."""

    def describe(maps: list[np.ndarray]) -> Outcome:
        check = {'shape': maps[0].shape, 'mean': np.mean(maps), 'maps_not_zero': sum(bool(heat.any()) for heat in maps)}
        return Outcome(len(maps), check)

    return Work(
        run=lambda: [explain(inputs[i:i + 1]) for i in range(len(inputs))],
        describe=describe,
        warm_up=lambda: explain(inputs[:1]),
    )
