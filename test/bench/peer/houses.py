"""
Accuracy on real pictures with real prices: ridge regression of log prices on averaged MobileNetV2 features, many random splits by game.
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from sklearn.linear_model import RidgeCV
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import ShuffleSplit

from network import Features, compute_features, feature_function
from pictures import pillow_as_written
from stage import Options, Outcome, PeerError, Skipped, Work
from table import files_by_game, read_games

ALPHA, SIDE, BATCH = 0.35, 224, 32
SPLITS, TEST_SHARE = 100, 0.2  # ten splits differ from ten others by more than methods do
PENALTIES = np.logspace(-3, 7, 11)  # chosen from by leaving one out, among the training games


def load(options: Options) -> Work[Outcome]:
    """--data names the folder of the houses, in the course's schema, and --weights an H5 file of MobileNetV2 0.35 without top."""
    if options.data is None:
        raise Skipped('Accuracy is left out: no folder of real pictures was given with --data.')
    if options.weights is None:
        raise PeerError('Random features say nothing about accuracy: name an H5 file of MobileNetV2 0.35 with --weights.')
    folder, side = options.folder(), options.side or SIDE
    function = feature_function(published_base(options.weights, side), frozen=False)
    warm_up = np.zeros((BATCH, side, side, 3), np.uint8)
    return Work(
        run=lambda: accuracy(*game_features(folder, function, side)),
        describe=lambda outcome: outcome,
        warm_up=lambda: compute_features(function, warm_up, BATCH),
    )


def published_base(weights: Path, side: int) -> keras.Model:
    """Raises PeerError when the file is not there or holds another network."""
    try:
        return keras.applications.MobileNetV2(input_shape=(side, side, 3), include_top=False, weights=str(weights), alpha=ALPHA)
    except (OSError, ValueError) as error:
        raise PeerError(f'{weights} holds no MobileNetV2 {ALPHA} without top: {error}.') from error


def game_features(folder: Path, function: Features, side: int) -> tuple[np.ndarray, np.ndarray, int]:
    """
    One row for each game with a price and a picture that can be read: the features, averaged over places and pictures, `[games, 1280]`;
    its price in cents; and how many pictures there were.
    """
    files = files_by_game(folder)
    rows, prices, count = [], [], 0
    games = read_games(folder)
    for appid, price in zip(games['appid'], games['price']):
        pictures = [picture for file in files.get(appid, []) if (picture := pillow_as_written(file, side)) is not None]
        if pictures:
            features = compute_features(function, np.rint(np.array(pictures) * 255).astype(np.uint8), BATCH)
            rows.append(features.mean(axis=(0, 1, 2)))
            prices.append(price)
            count += len(pictures)
    return np.array(rows), np.array(prices), count


def accuracy(features: np.ndarray, prices: np.ndarray, pictures: int) -> Outcome:
    """R² of log(1 + price), and the mean absolute error in cents as a share of that of the training median: mean and deviation."""
    fits, shares = [], []
    for training, test in ShuffleSplit(SPLITS, test_size=TEST_SHARE, random_state=0).split(features):
        ridge = RidgeCV(alphas=PENALTIES).fit(features[training], np.log1p(prices[training]))
        predicted = ridge.predict(features[test])
        fits.append(r2_score(np.log1p(prices[test]), predicted))
        median = np.full(len(test), np.median(prices[training]))
        shares.append(mean_absolute_error(prices[test], np.expm1(predicted)) / mean_absolute_error(prices[test], median))
    check = {
        'games': len(features),
        'splits': SPLITS,
        'r2_log_price': np.mean(fits),
        'r2_deviation': np.std(fits),
        'mae_share_of_median': np.mean(shares),
        'mae_share_deviation': np.std(shares),
    }
    return Outcome(pictures, check)
