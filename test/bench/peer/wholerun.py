"""
From table and pictures to predicted prices: 300 games, about 8 screenshots each, 5 epochs. Once as the notebook does it, once as a
strong Python programmer would; both keep its model, its split and its number of augmented copies.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from augmentation import transforms, warp
from augmentation_keras import augment_as_written, generator
from games import Labelled, games_with_files, labelled, paths_of
from network import base_model, compute_features, feature_function, head_model, model_as_written
from pictures import SIDE, convert_parallel, opencv_reduced, pillow_as_written
from stage import Options, Outcome, Work

GAMES, EPOCHS, BATCH = 300, 5, 32
WARM_UP_GAMES = 20
HEAD = {'jit': False, 'steps': 8}  # XLA takes longer to compile than it saves in five epochs


class Steps:
    """Seconds of each step of a run: a call says that the step of this name has ended."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def __call__(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name], self._last = now - self._last, now


def load(options: Options, way: str, frozen: bool = False) -> Work[Outcome]:
    """`way` is "as-written" or "strong"; `frozen` as for `network`, in the strong way."""
    folder, epochs = options.folder(), options.epochs or EPOCHS
    run: Callable[[Path, int, int], Outcome] = run_as_written if way == 'as-written' else partial(run_strong, frozen=frozen)
    return Work(
        run=lambda: run(folder, options.games or GAMES, epochs),
        describe=lambda outcome: outcome,
        warm_up=lambda: run(folder, WARM_UP_GAMES, 1),
        unit='runs',
    )


def run_as_written(folder: Path, games: int, epochs: int) -> Outcome:
    """Floats in lists, copies stored and read again, the frozen base in every epoch, the scaler fitted again on the test prices."""
    step = Steps()
    prices, files = games_with_files(folder, games)
    training_games, test_games = train_test_split(sorted(files), test_size=0.2, random_state=42)
    step('table')
    training, test = (
        labelled(map(pillow_as_written, paths_of(part, files)), part, files, prices) for part in (training_games, test_games)
    )
    step('pictures')
    copies, copied_prices = augment_as_written(training.pictures, training.prices, generator())
    with TemporaryDirectory() as temporary:
        np.save(f'{temporary}/copies.npy', copies)
        copies = np.load(f'{temporary}/copies.npy')
    step('augmentation')
    images = np.concatenate([training.pictures, copies], axis=0)
    labels = np.concatenate([training.prices, copied_prices], axis=0)
    pairs = list(zip(images, labels))
    random.shuffle(pairs)
    images, labels = (np.array(part) for part in zip(*pairs))
    scaler = StandardScaler()
    targets = scaler.fit_transform(labels.reshape(-1, 1)).flatten()
    step('shuffling')
    model = model_as_written(base_model(1.0, SIDE))
    history = model.fit(images, targets, epochs=epochs, batch_size=BATCH, validation_split=0.2, verbose=0).history
    step('training')
    test_targets = scaler.fit_transform(test.prices.reshape(-1, 1)).flatten()
    predicted = scaler.inverse_transform(model.predict(test.pictures, verbose=0)).flatten()
    model.evaluate(test.pictures, test_targets, verbose=0)
    return judged(training, test, predicted, history['loss'], step)


def run_strong(folder: Path, games: int, epochs: int, frozen: bool) -> Outcome:
    """Bytes, all cores for decoding at half size, each picture and copy through the base once, the head on their features."""
    step, draw = Steps(), np.random.default_rng(0)
    prices, files = games_with_files(folder, games)
    training_games, test_games = train_test_split(sorted(files), test_size=0.2, random_state=42)
    step('table')
    training, test = (
        labelled(convert_parallel(paths_of(part, files), opencv_reduced, 'threads'), part, files, prices)
        for part in (training_games, test_games)
    )
    step('pictures')
    copies = warp(training.pictures, transforms(len(training.pictures), draw))
    step('augmentation')
    function = feature_function(base_model(1.0, SIDE), frozen)
    features = compute_features(function, np.concatenate([training.pictures, copies]), BATCH)
    test_features = compute_features(function, test.pictures, BATCH)
    step('features')
    scaler = StandardScaler()
    targets = scaler.fit_transform(np.tile(training.prices, 2).reshape(-1, 1)).flatten()
    order = draw.permutation(len(features))
    head = head_model(features.shape[1:], **HEAD)
    history = head.fit(features[order], targets[order], epochs=epochs, batch_size=BATCH, validation_split=0.2, verbose=0).history
    step('training')
    predicted = scaler.inverse_transform(head.predict(test_features, verbose=0)).flatten()
    return judged(training, test, predicted, history['loss'], step)


def judged(training: Labelled, test: Labelled, predicted: np.ndarray, losses: list[float], step: Steps) -> Outcome:
    """Averages the predictions of each test game (EUR cents) and sets them beside its price."""
    games = {appid: predicted[test.appids == appid].mean() for appid in np.unique(test.appids)}
    truth = [test.prices[test.appids == appid][0] for appid in games]
    check = {
        'training_pictures': len(training.pictures),
        'test_pictures': len(test.pictures),
        'test_games': len(games),
        'losses': losses,
        'mae_cents': mean_absolute_error(truth, list(games.values())),
    }
    step('prediction')
    return Outcome(1, check, step.seconds)
