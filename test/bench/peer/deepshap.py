"""DeepSHAP of 10 pictures of noise, all ten outputs, beside a background of 100: the library shap on the network of digits."""

from __future__ import annotations

import keras
import numpy as np
import shap

from network import digit_model
from stage import Options, Outcome, Work

IMAGES = 10  # in a round
BACKGROUND = 100


def load(options: Options) -> Work[np.ndarray]:
    """The explainer is made once, with its background run through the network. The network gives logits, as ours does."""
    draw = np.random.default_rng(0)
    logits = keras.Sequential([keras.Input((28, 28, 1)), *digit_model().layers[:-1], keras.layers.Dense(10)])
    explainer = shap.DeepExplainer(logits, draw.random((BACKGROUND, 28, 28, 1), np.float32))
    pictures = draw.random((options.images or IMAGES, 28, 28, 1), np.float32)

    def explain() -> np.ndarray:
        return np.asarray(explainer.shap_values(pictures, check_additivity=False))

    return Work(
        run=explain,
        describe=lambda values: Outcome(len(pictures), {'shape': values.shape, 'mean': np.mean(np.abs(values))}),
        warm_up=explain,
    )
