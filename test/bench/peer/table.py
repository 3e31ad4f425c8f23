"""The data folder: the table of games and their pictures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from stage import PeerError

HIGHEST_PRICE = 6000  # EUR cents; the notebook's limit for outliers


def read_games(folder: Path) -> pd.DataFrame:
    """
    The columns appid and price (EUR cents) of `folder`/games.csv, one row a game. As in the notebook, appids with commas or periods
    are left out; so are rows without a usable price and second rows of a game, which its data did not have. Raises PeerError when
    there is no such table.
    """
    file = folder / 'games.csv'
    try:
        rows = pd.read_csv(file, usecols=['appid', 'price'], dtype={'appid': str})
    except (OSError, ValueError) as error:
        raise PeerError(f'{file} is not a table with the columns appid and price: {error}.') from error
    rows = rows[rows['appid'].str.fullmatch(r'\d+', na=False) & (rows['price'] >= 0)]
    return rows.astype({'appid': int}).drop_duplicates('appid').reset_index(drop=True)


def without_outliers(games: pd.DataFrame) -> pd.DataFrame:
    """The games that cost no more than the notebook's limit."""
    return games[games['price'] <= HIGHEST_PRICE]


def jpeg_files(folder: Path, kind: str = 'screenshots', limit: int | None = None) -> list[Path]:
    """
    The JPEG files `folder`/`kind`/<appid>/*.jpg, at most `limit`, by name. Folders whose name is not an appid are left out. Raises
    PeerError when there is none.
    """
    files = sorted(file for file in (folder / kind).glob('*/*.jpg') if file.parent.name.isdigit())
    if not files:
        raise PeerError(f'There is no picture {folder / kind}/<appid>/*.jpg: make them, or correct --data.')
    return files[:limit]


def files_by_game(folder: Path) -> dict[int, list[Path]]:
    """The JPEG screenshots of each appid."""
    found: dict[int, list[Path]] = {}
    for file in jpeg_files(folder):
        found.setdefault(int(file.parent.name), []).append(file)
    return found
