"""
Preparation: JPEG files to squares, RGB, the whole picture inside and black beside it.

A converter takes a path and gives `[side, side, 3]`, or None for a file that cannot be read: floats from 0 to 1 in seed style, bytes in
strong style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from PIL import Image

from stage import cores

SIDE = 96  # pixels; the notebook's
CHUNK = 8  # pictures that a process takes at a time: few enough that all end together
REDUCED = {1: cv2.IMREAD_COLOR, 2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4, 8: cv2.IMREAD_REDUCED_COLOR_8}

Converter = Callable[[Path], np.ndarray | None]


def pillow_as_written(path: Path, side: int = SIDE) -> np.ndarray | None:
    """The notebook's way: decode in full, Lanczos, paste on black. Also what the others' quality is measured against."""
    try:
        with Image.open(path) as picture:
            picture = picture.convert('RGB')
            scale = min(side / picture.width, side / picture.height)
            size = max(1, int(picture.width * scale)), max(1, int(picture.height * scale))
            picture = picture.resize(size, Image.Resampling.LANCZOS)
            return np.asarray(paste_on_black(picture, side), dtype=np.float32) / 255.0
    except Exception:  # as the notebook does, whatever is wrong with the file
        return None


def opencv_as_written(path: Path) -> np.ndarray | None:
    """The same with OpenCV: decode in full, average over areas."""
    try:
        return opencv(path, 1, SIDE).astype(np.float32) / 255.0
    except Exception:
        return None


def opencv_reduced(path: Path, part: int = 2, side: int = SIDE) -> np.ndarray | None:
    """OpenCV, which lets the decoder give 1/2, 1/4 or 1/8 of the sides."""
    try:
        return opencv(path, part, side)
    except cv2.error:
        return None


def opencv(path: Path, part: int, side: int) -> np.ndarray:
    """Decodes to 1/`part` of the sides, then averages over areas. Raises cv2.error for a file that cannot be read."""
    picture = cv2.imread(str(path), REDUCED[part])
    if picture is None:
        raise cv2.error(f'{path} cannot be read')
    height, width = picture.shape[:2]
    scale = side / max(width, height)
    inside = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (side - inside[0]) // 2, (side - inside[1]) // 2
    square = np.zeros((side, side, 3), np.uint8)
    square[top:top + inside[1], left:left + inside[0]] = cv2.resize(picture, inside, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(square, cv2.COLOR_BGR2RGB)


def pillow_thumbnail(path: Path) -> np.ndarray | None:
    """Pillow's thumbnail: the decoder gives the smallest size that is still twice as large as the result, then Lanczos."""
    try:
        with Image.open(path) as picture:
            picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
            return np.asarray(paste_on_black(picture.convert('RGB'), SIDE))
    except OSError:
        return None


def paste_on_black(picture: Image.Image, side: int) -> Image.Image:
    """The picture in the middle of a black square."""
    square = Image.new('RGB', (side, side), (0, 0, 0))
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square


def convert_parallel(paths: Sequence[Path], convert: Converter, pool: Literal['threads', 'processes']) -> list[np.ndarray | None]:
    """
    `convert` for each path, on every core. OpenCV leaves Python's lock while it works, so threads do; Pillow is faster with processes.
    Starting and ending them is part of it.
    """
    cv2.setNumThreads(1)
    workers = ThreadPoolExecutor(cores()) if pool == 'threads' else ProcessPoolExecutor(cores(), get_context('fork'))
    with workers:
        return list(workers.map(convert, paths, chunksize=CHUNK))


def readable(converted: Iterable[np.ndarray | None]) -> np.ndarray:
    """The pictures that could be read, `[count, side, side, 3]`, by a list, as the notebook does."""
    return np.array([picture for picture in converted if picture is not None])
