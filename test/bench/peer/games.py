"""Games with their prices and pictures, as the whole run needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from table import files_by_game, read_games, without_outliers


@dataclass(frozen=True)
class Labelled:
    """Pictures with the price (EUR cents) and the appid of their game."""

    pictures: np.ndarray
    prices: np.ndarray
    appids: np.ndarray


def games_with_files(folder: Path, limit: int) -> tuple[dict[int, float], dict[int, list[Path]]]:
    """Prices and files of the first games by appid that have both; outliers are left out."""
    games = without_outliers(read_games(folder))
    files = files_by_game(folder)
    prices = {appid: price for appid, price in zip(games['appid'], games['price']) if appid in files}
    return prices, {appid: files[appid] for appid in sorted(prices)[:limit]}


def paths_of(appids: Sequence[int], files: dict[int, list[Path]]) -> list[Path]:
    """The files of these games, one game after the other."""
    return [path for appid in appids for path in files[appid]]


def labelled(
    converted: Iterable[np.ndarray | None], appids: Sequence[int], files: dict[int, list[Path]], prices: dict[int, float]
) -> Labelled:
    """What became of `paths_of(appids, files)`, without the pictures that could not be read."""
    owners = [appid for appid in appids for _ in files[appid]]
    kept = [(picture, appid) for picture, appid in zip(converted, owners) if picture is not None]
    pictures, owners = zip(*kept)
    return Labelled(np.array(pictures), np.array([prices[appid] for appid in owners], dtype=float), np.array(owners))
