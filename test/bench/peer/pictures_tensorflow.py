"""Preparation in a tf.data pipeline: every core decodes and scales, in native code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from pictures import SIDE

BATCH = 32  # pictures that leave the pipeline at a time


def convert_in_graph(paths: Sequence[Path], part: int) -> np.ndarray:
    """
    The pictures that can be read, `[count, 96, 96, 3]` bytes: decoded to 1/`part` of the sides, scaled with Lanczos, widened where the
    picture shrinks, and padded with black. Building the pipeline is part of it, as it is for whoever runs it once.
    """

    def prepare(path: tf.Tensor) -> tf.Tensor:
        picture = tf.io.decode_jpeg(tf.io.read_file(path), channels=3, ratio=part)
        inside = tf.image.resize(picture, (SIDE, SIDE), 'lanczos3', preserve_aspect_ratio=True, antialias=True)
        square = tf.image.resize_with_crop_or_pad(inside, SIDE, SIDE)  # resize_with_pad is a row off where a side is rounded
        return tf.saturate_cast(tf.round(square), tf.uint8)

    files = tf.data.Dataset.from_tensor_slices([str(path) for path in paths])
    prepared = files.map(prepare, num_parallel_calls=tf.data.AUTOTUNE).ignore_errors()
    return np.concatenate(list(prepared.batch(BATCH).prefetch(tf.data.AUTOTUNE).as_numpy_iterator()))
