"""
Augmentation: one randomly turned, moved, sheared, zoomed and perhaps mirrored copy of each picture, with the notebook's ranges.
Bytes `[count, 96, 96, 3]` go in, floats from 0 to 1 come out.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from pictures import SIDE
from stage import Options, Outcome, Work
from store import picture_store

BATCH = 20  # the notebook's
ROTATION = 10.0  # degrees to either side
SHIFT = 0.1  # of the side
SHEAR = 0.1  # degrees
ZOOM = 0.1  # factors from 1 − ZOOM to 1 + ZOOM, one an axis

IMAGES = 1000  # in a round


def transforms(count: int, draw: np.random.Generator) -> np.ndarray:
    """
    `[count, 2, 3]` random affine matrices from a place (x, y) of the result to one of the picture, about its centre, as Keras'
    ImageDataGenerator draws them.
    """
    turn, shear = np.deg2rad(draw.uniform(-ROTATION, ROTATION, count)), np.deg2rad(draw.uniform(-SHEAR, SHEAR, count))
    shift = draw.uniform(-SHIFT, SHIFT, (count, 2, 1)) * SIDE
    zoom = draw.uniform(1 - ZOOM, 1 + ZOOM, (count, 1, 2))
    rotation = np.stack([np.cos(turn), -np.sin(turn), np.sin(turn), np.cos(turn)], axis=-1).reshape(count, 2, 2)
    shearing = np.stack([np.ones(count), -np.sin(shear), np.zeros(count), np.cos(shear)], axis=-1).reshape(count, 2, 2)
    linear = rotation @ shearing * zoom
    linear[draw.random(count) < 0.5, :, 0] *= -1  # mirrored: x runs the other way from the centre
    centre = np.full((2, 1), SIDE / 2 - 0.5)
    return np.concatenate([linear, centre - linear @ centre + rotation @ shift], axis=2)


def warp(pictures: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Each picture, bytes or floats, under its matrix: bilinear, the border carried on outwards."""
    flags, size = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, (SIDE, SIDE)
    warped = np.empty_like(pictures)
    for picture, matrix, target in zip(pictures, matrices, warped):
        cv2.warpAffine(picture, matrix, size, dst=target, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return warped


def warped_bytes(pictures: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Warps bytes, then makes floats of them."""
    return warp(pictures, matrices) * np.float32(1 / 255)


def warped_floats(pictures: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Makes floats, then warps those: no rounding to whole grey levels, as in Keras."""
    return warp(pictures * np.float32(1 / 255), matrices)


def load(options: Options, values: str) -> Work[tuple[int, np.ndarray]]:
    """`values` is "bytes" or "floats": what is warped. The batches are handed on, as to a model that trains, and not kept."""
    augment = {'bytes': warped_bytes, 'floats': warped_floats}[values]
    store, batch, draw = picture_store(options, IMAGES), options.batch or BATCH, np.random.default_rng(0)

    def batches(pictures: np.ndarray) -> Iterator[np.ndarray]:
        matrices = transforms(len(pictures), draw)
        for start in range(0, len(pictures), batch):
            yield augment(pictures[start:start + batch], matrices[start:start + batch])

    return Work(
        run=lambda: drain(batches(store)),
        describe=lambda drained: describe(*drained, store),
        warm_up=lambda: drain(batches(store[:2 * batch])),
    )


def drain(batches: Iterator[np.ndarray]) -> tuple[int, np.ndarray]:
    """How many pictures there were, and the last batch."""
    count, last = 0, np.empty(0)
    for last in batches:
        count += len(last)
    return count, last


def describe(count: int, last: np.ndarray, store: np.ndarray) -> Outcome:
    """Says how bright the last batch is, and how far it is from the pictures that it was made of, both from 0 to 1."""
    originals = store[count - len(last):count] / 255
    change = np.abs(last - originals).mean()
    return Outcome(count, {'shape': last.shape, 'type': str(last.dtype), 'mean': last.mean(), 'mean_change': change})
