"""The list of stages, by the rows of the benchmark's table."""

from __future__ import annotations

from stage import Stage

SINGLE, PARALLEL, GRAPH = 'preparation:load_single', 'preparation:load_parallel', 'preparation:load_graph'


def preparation(kind: str, folder: str, size: str, part: int) -> list[Stage]:
    """The stages that prepare the pictures in `folder`; `part` is how far the decoder can shrink them and still give enough pixels."""
    row = f'prepare-{kind}'

    def stage(name: str, style: str, doc: str, load: str, **settings: str | int | float) -> Stage:
        return Stage(f'{row}-{name}', row, style, f'{size}: {doc}', load, {'kind': folder, **settings})

    shrunk = f'decoded to 1/{part}'
    opencv = {'converter': 'opencv_reduced', 'part': part}
    return [
        stage('pillow', 'seed', 'Pillow, decoded in full, Lanczos', SINGLE, converter='pillow_as_written'),
        stage('opencv', 'seed', 'OpenCV, decoded in full, areas', SINGLE, converter='opencv_as_written'),
        stage('opencv-reduced', 'strong', f'OpenCV, {shrunk}, areas', SINGLE, **opencv),
        stage('opencv-reduced-parallel', 'strong', f'OpenCV, {shrunk}, areas, a thread a core', PARALLEL, pool='threads', **opencv),
        stage('pillow-thumbnail', 'strong', f'Pillow, {shrunk}, Lanczos', SINGLE, converter='pillow_thumbnail'),
        stage('pillow-thumbnail-parallel', 'strong', f'Pillow, {shrunk}, Lanczos, a process a core', PARALLEL, pool='processes',
              converter='pillow_thumbnail'),
        stage('tfdata', 'strong', f'tf.data, {shrunk}, Lanczos, every core', GRAPH, part=part),
    ]


AUGMENTATION = [
    Stage('augment-generator', 'augment', 'seed', 'Keras ImageDataGenerator, batches of 20, all copies kept', 'augmentation_keras:load_generator'),
    Stage('augment-layers', 'augment', 'strong', "Keras' random layers in tf.data, every core", 'augmentation_keras:load_layers'),
    Stage('augment-warp-bytes', 'augment', 'strong', 'one cv2.warpAffine a picture, on bytes', 'augmentation:load', {'values': 'bytes'}),
    Stage('augment-warp-floats', 'augment', 'strong', 'one cv2.warpAffine a picture, on floats', 'augmentation:load', {'values': 'floats'}),
]

STAGES = [
    *preparation('thumbnail', 'screenshots', '600 × 338', 2),
    *preparation('full', 'full', '1920 × 1080', 8),
    *AUGMENTATION,
]
