"""The list of stages, by the rows of the benchmark's table."""

from __future__ import annotations

from typing import Any

from stage import Stage, Style

SINGLE, PARALLEL, GRAPH = 'preparation:load_single', 'preparation:load_parallel', 'preparation:load_graph'


def preparation(kind: str, folder: str, size: str, part: int) -> list[Stage]:
    """The stages that prepare the pictures in `folder`; `part` is how far the decoder can shrink them and still give enough pixels."""
    row = f'prepare-{kind}'

    def stage(name: str, style: Style, doc: str, load: str, **settings: Any) -> Stage:
        return Stage(f'{row}-{name}', row, style, f'{size}: {doc}', load, {'kind': folder, **settings})

    shrunk = f'decoded to 1/{part}'
    opencv = {'converter': 'opencv_reduced', 'part': part}
    return [
        stage('pillow', 'seed', 'Pillow, decoded in full, Lanczos', SINGLE, converter='pillow_as_written'),
        stage('opencv', 'seed', 'OpenCV, decoded in full, areas', SINGLE, converter='opencv_as_written'),
        stage('opencv-reduced', 'strong', f'OpenCV, {shrunk}, areas', SINGLE, **opencv),
        stage('opencv-reduced-parallel', 'strong', f'OpenCV, {shrunk}, areas, a thread a core', PARALLEL, pool='threads', **opencv),
        stage('pillow-thumbnail', 'strong', f'Pillow, {shrunk}, Lanczos', SINGLE, converter='pillow_thumbnail'),
        stage(
            'pillow-thumbnail-parallel', 'strong', f'Pillow, {shrunk}, Lanczos, a process a core', PARALLEL,
            pool='processes', converter='pillow_thumbnail',
        ),
        stage('tfdata', 'strong', f'tf.data, {shrunk}, Lanczos, every core', GRAPH, part=part),
    ]


AUGMENTATION = [
    Stage(
        'augment-generator', 'augment', 'seed', 'Keras ImageDataGenerator, batches of 20, all copies kept',
        'augmentation_keras:load_generator',
    ),
    Stage('augment-layers', 'augment', 'strong', "Keras' random layers in tf.data, every core", 'augmentation_keras:load_layers'),
    Stage('augment-warp-bytes', 'augment', 'strong', 'one cv2.warpAffine a picture, on bytes', 'augmentation:load', {'values': 'bytes'}),
    Stage('augment-warp-floats', 'augment', 'strong', 'one cv2.warpAffine a picture, on floats', 'augmentation:load', {'values': 'floats'}),
]


def features(side: int, alpha: float) -> list[Stage]:
    """The stages of the frozen base."""
    row = f'features-{side}'
    network = {'alpha': alpha, 'side': side}

    def stage(name: str, style: Style, doc: str, load: str, **settings: Any) -> Stage:
        described = f'MobileNetV2 {alpha} at {side} px: {doc}'
        return Stage(f'{row}-{name}', row, style, described, f'features:{load}', {**network, **settings})

    return [
        stage('predict', 'seed', 'model.predict, batches of 32', 'load_predict'),
        stage('function', 'strong', 'tf.function, batches of 32', 'load_function', frozen=False),
        stage('frozen', 'strong', 'tf.function with its weights as constants, batches of 32', 'load_function', frozen=True),
    ]


EPOCH = [
    Stage('epoch-fit', 'epoch-32', 'seed', 'fit through the frozen base, 2,000 pictures, batches of 32', 'training:load_fit'),
    Stage(
        'epoch-head-32', 'epoch-32', 'strong', 'fit of the head, features at hand, batches of 32, compiled with XLA',
        'training:load_head', {'batch': 32, 'jit': True, 'steps': 32},
    ),
    Stage(
        'epoch-head-128', 'epoch-128', 'strong', 'fit of the head, features at hand, batches of 128, without XLA',
        'training:load_head', {'batch': 128, 'jit': False, 'steps': 8},
    ),
]

CNN_EPOCH = [
    Stage('cnn-epoch-fit', 'cnn-epoch', 'seed', 'fit of a CNN of five convolutions on floats in memory, batches of 32', 'training:load_cnn'),
    Stage(
        'cnn-epoch-steps', 'cnn-epoch', 'strong', 'the same, eight steps in one call', 'training:load_cnn', {'steps': 8},
    ),
]

DIGITS_EPOCH = [
    Stage('digits-epoch-fit', 'digits-epoch', 'seed', 'fit of the network of digits on floats in memory, batches of 128', 'training:load_digits'),
    Stage('digits-epoch-steps', 'digits-epoch', 'strong', 'the same, eight steps in one call', 'training:load_digits', {'steps': 8}),
]

GRAD_CAM = [
    Stage('grad-cam-eager', 'grad-cam-picture', 'seed', 'from the picture, GradientTape without a graph', 'gradcam:load_eager'),
    Stage('grad-cam-picture', 'grad-cam-picture', 'strong', 'from the picture, tf.function', 'gradcam:load_function', {'start': 'picture'}),
    Stage(
        'grad-cam-features', 'grad-cam-features', 'strong', 'features at hand, tf.function',
        'gradcam:load_function', {'start': 'features'},
    ),
]

DEEP_SHAP = [
    Stage('deep-shap-library', 'deep-shap', 'strong', 'shap.DeepExplainer of the network of digits, ten outputs, 100 backgrounds', 'deepshap:load'),
]

WHOLE_RUN = [
    Stage(
        'whole-run-as-written', 'whole-run', 'seed', 'Pillow, ImageDataGenerator, 5 epochs through the frozen base',
        'wholerun:load', {'way': 'as-written'},
    ),
    Stage(
        'whole-run-strong', 'whole-run', 'strong', 'OpenCV on every core, warpAffine, features once, 5 epochs of the head',
        'wholerun:load', {'way': 'strong'},
    ),
    Stage(
        'whole-run-strong-frozen', 'whole-run', 'strong', 'the same with the weights of the base as constants',
        'wholerun:load', {'way': 'strong', 'frozen': True},
    ),
]

HOUSES = [
    Stage('houses', 'houses', 'strong', 'accuracy: ridge on averaged features of MobileNetV2 0.35, a hundred splits by game', 'houses:load'),
]

STAGES = [
    *preparation('thumbnail', 'screenshots', '600 × 338', 2),
    *preparation('full', 'full', '1920 × 1080', 8),
    *AUGMENTATION,
    *features(96, 1.0),
    *features(224, 0.35),
    *EPOCH,
    *CNN_EPOCH,
    *DIGITS_EPOCH,
    *GRAD_CAM,
    *DEEP_SHAP,
    *WHOLE_RUN,
    *HOUSES,
]
