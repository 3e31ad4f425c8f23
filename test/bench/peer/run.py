"""
One stage of the benchmark's Python side.

    python run.py STAGE --data DIR [--images N …]   says {"ready": true, …}, then answers every line of standard input with one round
    python run.py STAGE --data DIR --quality        how near the prepared pictures are to the original way's
    python run.py --list                            the stages

Everything on standard output is one JSON object a line. README.md beside this file has the fields.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import sys
import traceback
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

from catalogue import STAGES
from stage import Clock, Options, PeerError, Skipped, Work

# Libraries read these when they are loaded. Without a GPU, without advice on standard error.
ENVIRONMENT = {'KERAS_BACKEND': 'tensorflow', 'CUDA_VISIBLE_DEVICES': '', 'TF_CPP_MIN_LOG_LEVEL': '3', 'OPENCV_LOG_LEVEL': 'SILENT'}
# Module and the package that it comes in.
LIBRARIES = {
    'numpy': 'numpy',
    'pandas': 'pandas',
    'PIL': 'pillow',
    'cv2': 'opencv-python-headless',
    'tensorflow': 'tensorflow-cpu',
    'keras': 'keras',
    'sklearn': 'scikit-learn',
    'scipy': 'scipy',
}


def main() -> int:
    """Runs the command line; gives the exit status."""
    answers = private_output()
    arguments = parse_arguments()
    os.environ.update(ENVIRONMENT)
    try:
        for answer in answer_all(arguments):
            print(json.dumps(answer, default=plain), file=answers, flush=True)
    except Exception as error:
        if not isinstance(error, PeerError):
            traceback.print_exc()
        sentence = str(error) if isinstance(error, PeerError) else f'{type(error).__name__}: {error}'
        print(json.dumps({'error': sentence}), file=answers, flush=True)
        return 1
    return 0


def private_output() -> TextIO:
    """Standard output for the answers alone: whatever a library prints there goes to standard error."""
    answers = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)
    return answers


def parse_arguments() -> argparse.Namespace:
    """The command line. Ends the program when it makes no sense."""
    parser = argparse.ArgumentParser(description='One stage of the benchmark, in Python.', allow_abbrev=False)
    parser.add_argument('stage', nargs='?')
    parser.add_argument('--list', action='store_true', help='the stages, as JSON')
    parser.add_argument('--quality', action='store_true', help='compare prepared pictures with the original way')
    parser.add_argument('--data', type=Path, help='folder with games.csv, screenshots/ and full/')
    parser.add_argument('--weights', type=Path, help='Keras H5 file of a MobileNetV2 without top (houses)')
    for name in ('images', 'games', 'epochs', 'batch', 'side'):
        parser.add_argument(f'--{name}', type=positive, help="instead of the stage's own number")
    return parser.parse_args()


def positive(text: str) -> int:
    """A whole number from 1. Raises for any other, as argparse wants it."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f'{number} is not positive')
    return number


def answer_all(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """What the command says, answer by answer."""
    if arguments.list:
        yield {'stages': [{'name': s.name, 'row': s.row, 'style': s.style, 'doc': s.doc} for s in STAGES]}
        return
    stage = next((stage for stage in STAGES if stage.name == arguments.stage), None)
    if stage is None:
        raise PeerError(f'There is no stage {arguments.stage}: --list names them.')
    names = Options.__dataclass_fields__
    try:
        work = stage.prepare(Options(**{name: getattr(arguments, name) for name in names}))
    except Skipped as reason:
        yield {'skipped': str(reason), 'stage': stage.name}
        return
    if arguments.quality:
        if work.quality is None:
            raise PeerError(f'{stage.name} prepares no pictures: --quality is for stages that do.')
        yield {'stage': stage.name, **work.quality()}
        return
    work.warm_up()
    yield {'ready': True, 'stage': stage.name, 'versions': versions()}
    for _ in sys.stdin:
        yield one_round(work)


def one_round(work: Work[Any]) -> dict[str, Any]:
    """Does the work once and says how long it took."""
    gc.collect()
    with Clock() as clock:
        result = work.run()
    outcome = work.describe(result)
    return {
        'n': outcome.items,
        'unit': work.unit,
        'seconds': clock.wall,
        'cpu_seconds': clock.cpu,
        'peak_mib': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        'parts': outcome.parts,
        'check': outcome.check,
    }


def versions() -> dict[str, str]:
    """Python's version, and those of the libraries that this stage has loaded."""
    loaded = {name: version(package) for name, package in LIBRARIES.items() if name in sys.modules}
    return {'python': sys.version.split()[0], **loaded}


def plain(value: Any) -> Any:
    """NumPy's numbers and arrays as JSON has them."""
    return value.tolist()


if __name__ == '__main__':
    sys.exit(main())
