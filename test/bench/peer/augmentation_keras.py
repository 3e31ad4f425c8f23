"""Augmentation with what Keras has: ImageDataGenerator, as in the notebook, and its random layers."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from augmentation import BATCH, IMAGES, ROTATION, SHEAR, SHIFT, ZOOM, describe, drain
from pictures import SIDE
from stage import Options, Work
from store import picture_store


def generator() -> ImageDataGenerator:
    """The notebook's."""
    return ImageDataGenerator(
        rotation_range=ROTATION,
        width_shift_range=SHIFT,
        height_shift_range=SHIFT,
        shear_range=SHEAR,
        zoom_range=ZOOM,
        horizontal_flip=True,
        fill_mode='nearest',
    )


def augment_as_written(
    images: np.ndarray, labels: np.ndarray, flow: ImageDataGenerator, batch: int = BATCH
) -> tuple[np.ndarray, np.ndarray]:
    """One copy of each image (floats from 0 to 1) and its label, collected in lists, by one batch of a new iterator for each batch."""
    copies: list[np.ndarray] = []
    copied: list[float] = []
    for start in range(0, len(images), batch):
        for pictures, values in flow.flow(images[start:start + batch], labels[start:start + batch], batch_size=batch):
            copies.extend(pictures)
            copied.extend(values)
            break
    return np.array(copies), np.array(copied)


def load_generator(options: Options) -> Work[np.ndarray]:
    """Floats are at hand, as they are in the notebook; all copies are kept."""
    store, flow = picture_store(options, IMAGES), generator()
    images, labels = store * np.float32(1 / 255), np.arange(len(store), dtype=np.float32)
    batch = options.batch or BATCH
    return Work(
        run=lambda: augment_as_written(images, labels, flow, batch)[0],
        describe=lambda copies: describe(len(copies), copies[-batch:], store),
        warm_up=lambda: augment_as_written(images[:2 * batch], labels[:2 * batch], flow, batch),
    )


def load_layers(options: Options) -> Work[tuple[int, np.ndarray]]:
    """Random layers in a tf.data pipeline, on every core. Building the pipeline is part of each round."""
    store, batch = picture_store(options, IMAGES), options.batch or BATCH
    layers = random_layers()

    def batches(pictures: np.ndarray) -> Iterator[np.ndarray]:
        data = tf.data.Dataset.from_tensor_slices(pictures).batch(batch)
        changed = data.map(lambda pixels: layers(tf.cast(pixels, tf.float32) / 255, training=True), num_parallel_calls=tf.data.AUTOTUNE)
        return changed.prefetch(tf.data.AUTOTUNE).as_numpy_iterator()

    return Work(
        run=lambda: drain(batches(store)),
        describe=lambda drained: describe(*drained, store),
        warm_up=lambda: drain(batches(store[:2 * batch])),
    )


def random_layers() -> keras.Sequential:
    """The notebook's ranges. Keras' shear layer takes shares instead of degrees."""
    layers, shear = keras.layers, float(np.tan(np.deg2rad(SHEAR)))
    return keras.Sequential([
        keras.Input((SIDE, SIDE, 3)),
        layers.RandomFlip('horizontal'),
        layers.RandomRotation(ROTATION / 360, fill_mode='nearest'),
        layers.RandomTranslation(SHIFT, SHIFT, fill_mode='nearest'),
        layers.RandomShear(shear, 0, fill_mode='nearest'),
        layers.RandomZoom((-ZOOM, ZOOM), (-ZOOM, ZOOM), fill_mode='nearest'),
    ])
