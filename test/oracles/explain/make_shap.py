"""shap.json: what shap.DeepExplainer says of a small network with a rule of every kind.

python make_shap.py > shap.json, with tensorflow-cpu 2.15.1, shap 0.49.1, numpy 1.26.4. Every number that goes in is drawn by
mulberry32 (`u01`), tensor k of the weights with seed + 1000 * k, so that only what comes out is stored.
"""
import json, os
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")
import numpy as np, shap
from shap.explainers._deep.deep_tf import linearity_1d, op_handlers
from tensorflow import keras
from tensorflow.keras import layers as L

SEED = 17
# Linear operations that 0.49 has no entry for; it has one for the older FusedBatchNorm, and for Conv2D.
op_handlers["FusedBatchNormV3"] = op_handlers["DepthwiseConv2dNative"] = linearity_1d(0)


def u01(seed, n):
    i = np.arange(1, n + 1, dtype=np.uint64)
    a = ((np.uint64(seed) + i * np.uint64(0x6D2B79F5)) & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    t = (a ^ (a >> np.uint32(15))) * (a | np.uint32(1))
    t = t ^ (t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61)))
    return (t ^ (t >> np.uint32(14))).astype(np.float64) / 4294967296.0


def uniform(seed, shape, low, high):
    return (low + (high - low) * u01(seed, int(np.prod(shape)))).reshape(shape).astype(np.float32)


def network(softmax):
    x = inputs = L.Input((15, 14, 2))
    x = L.Conv2D(6, 3, padding="same", name="conv")(x)
    x = L.BatchNormalization(name="norm")(x)
    x = L.ReLU()(x)
    x = passed = L.MaxPooling2D(3, strides=2, padding="same")(x)  # windows that overlap
    x = L.DepthwiseConv2D(3, padding="same", use_bias=False, name="depth")(x)
    x = L.Activation("sigmoid")(x)
    x = L.Add()([passed, x])
    x = L.Conv2D(5, 3, strides=2, padding="same", name="narrow")(x)
    x = L.Activation("sigmoid")(x)
    x = L.Conv2D(4, 2, padding="valid", name="last")(x)
    x = L.MaxPooling2D(2, padding="valid")(x)  # leaves a row out
    x = L.Flatten()(x)
    x = L.Dense(3, name="out", activation="softmax" if softmax else None)(x)
    model = keras.Model(inputs, x)
    weights = []
    for k, w in enumerate(model.weights):
        low, high = (0.5, 1.5) if "gamma" in w.name or "variance" in w.name else (-0.8, 0.8)
        weights.append(uniform(SEED + 1000 * k, tuple(w.shape), low, high))
    model.set_weights(weights)
    return model


pictures, background = uniform(SEED + 1, (2, 15, 14, 2), -1, 1), uniform(SEED + 2, (7, 15, 14, 2), -1, 1)
rounded = lambda values: [float(f"{v:.6g}") for v in np.asarray(values, np.float64).ravel()]
found = {}
for name in ("logits", "softmax"):
    model = network(name == "softmax")
    explained = pictures if name == "logits" else pictures[:1]
    values = shap.DeepExplainer(network(name == "softmax"), background).shap_values(explained)
    found[name] = {
        "values": rounded(np.moveaxis(np.asarray(values), -1, 1)),
        "whole": rounded(model.predict(explained, verbose=0)),
        "base": rounded(model.predict(background, verbose=0).mean(0)),
    }
print(json.dumps({"seed": SEED, "order": "[picture][class][15][14][2]", **found}, separators=(",", ":")))
