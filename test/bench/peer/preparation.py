"""The stages that prepare pictures: how fast, and how near to Pillow's Lanczos on the whole picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

import pictures
from stage import Options, Outcome, PeerError, Work
from table import jpeg_files

DEFAULT_IMAGES = {'screenshots': 1000, 'full': 100}
QUALITY_IMAGES = 64
WARM_UP_IMAGES = 40

Conversion = Callable[[Sequence[Path]], np.ndarray]


def load_single(options: Options, kind: str, converter: str, **settings: int) -> Work[np.ndarray]:
    """One process, one picture after the other. `converter` is the name of a function of `pictures`."""
    convert = partial(getattr(pictures, converter), **settings)
    return work(options, kind, lambda paths: pictures.readable(map(convert, paths)))


def load_parallel(options: Options, kind: str, converter: str, pool: Literal['threads', 'processes'], **settings: int) -> Work[np.ndarray]:
    """One worker for each core."""
    convert = partial(getattr(pictures, converter), **settings)
    return work(options, kind, lambda paths: pictures.readable(pictures.convert_parallel(paths, convert, pool)))


def load_graph(options: Options, kind: str, part: int) -> Work[np.ndarray]:
    """A tf.data pipeline."""
    from pictures_tensorflow import convert_in_graph

    return work(options, kind, partial(convert_in_graph, part=part))


def work(options: Options, kind: str, convert: Conversion) -> Work[np.ndarray]:
    """`kind` is the folder of the pictures, "screenshots" (600 × 338) or "full" (1920 × 1080)."""
    paths = jpeg_files(options.folder(), kind, options.images or DEFAULT_IMAGES[kind])

    def describe(prepared: np.ndarray) -> Outcome:
        mean = in_levels(prepared[:QUALITY_IMAGES]).mean()
        check = {'unreadable': len(paths) - len(prepared), 'shape': prepared.shape, 'type': str(prepared.dtype), 'mean_level': mean}
        return Outcome(len(prepared), check)

    return Work(
        run=lambda: convert(paths),
        describe=describe,
        warm_up=lambda: convert(paths[:WARM_UP_IMAGES]),
        quality=lambda: quality(paths, convert),
    )


def quality(paths: Sequence[Path], convert: Conversion) -> dict[str, float]:
    """
    Peak signal-to-noise ratio in dB against `pictures.pillow_as_written`, of the rows that hold the picture, for the first 64 files that
    this can read. Raises PeerError when there are fewer, or `convert` cannot read one of them.
    """
    references: dict[Path, np.ndarray] = {}
    for path in paths:
        if len(references) < QUALITY_IMAGES and (reference := pictures.pillow_as_written(path)) is not None:
            references[path] = in_levels(reference)
    converted = convert(list(references))
    if len(converted) < QUALITY_IMAGES:
        raise PeerError(f'Only {len(converted)} of {len(references)} pictures can be compared: quality takes {QUALITY_IMAGES}.')
    ratios = [signal_to_noise(*pair) for pair in zip(references.values(), in_levels(converted))]
    return {'images': len(ratios), 'psnr_db': float(np.median(ratios)), 'lowest_psnr_db': min(ratios)}


def signal_to_noise(reference: np.ndarray, picture: np.ndarray) -> float:
    """In dB, 78 at most, without the black rows above and below."""
    rows = reference.any(axis=(1, 2))
    error = np.square(reference[rows] - picture[rows]).mean()
    return float(10 * np.log10(255**2 / max(error, 1e-3)))


def in_levels(prepared: np.ndarray) -> np.ndarray:
    """Grey levels from 0 to 255, from floats from 0 to 1 or bytes."""
    return prepared.astype(np.float64) * (255 if prepared.dtype.kind == 'f' else 1)
