"""Prepared pictures as the later stages find them: made before the clock starts."""

from __future__ import annotations

from functools import partial

import numpy as np

import pictures
from stage import Options, PeerError
from table import jpeg_files


def picture_store(options: Options, count: int, side: int = pictures.SIDE) -> np.ndarray:
    """
    `[count, side, side, 3]` bytes: the first screenshots that can be read, as many as --images says, else `count`. Raises PeerError when
    there are fewer.
    """
    wanted = options.images or count
    files = jpeg_files(options.folder())[:wanted + wanted // 10 + 10]  # some cannot be read
    store = pictures.readable(map(partial(pictures.opencv_reduced, side=side), files))[:wanted]
    if len(store) < wanted:
        raise PeerError(f'There are {len(store)} pictures, {wanted} are needed: give --images {len(store)} or more pictures.')
    return store
