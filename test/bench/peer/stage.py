"""What a stage is: the work that is timed, and what is said of it afterwards."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Literal, TypeVar

Result = TypeVar('Result')
Style = Literal['seed', 'strong']


class PeerError(Exception):
    """A stage cannot run. The message is a sentence that says what to do."""


class Skipped(Exception):
    """A stage has nothing to do here. The message is a sentence that says why."""


@dataclass(frozen=True)
class Options:
    """What the command line leaves open; None stands for the stage's own default."""

    data: Path | None = None
    images: int | None = None
    games: int | None = None
    epochs: int | None = None
    batch: int | None = None
    side: int | None = None
    weights: Path | None = None

    def folder(self) -> Path:
        """The data folder. Raises PeerError when none was given or it is not there."""
        if self.data is None:
            raise PeerError('This stage needs pictures: name their folder with --data.')
        if not self.data.is_dir():
            raise PeerError(f'There is no folder {self.data}: correct --data.')
        return self.data


@dataclass(frozen=True)
class Outcome:
    """What one round did: how many items, seconds of its parts, and figures that show that it was done."""

    items: int
    check: Mapping[str, Any]
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Work(Generic[Result]):
    """
    A stage with its data loaded. `run` is what is timed; `describe` looks at its result after the clock has stopped. `warm_up` makes
    the first round as fast as the later ones. `quality`, where it means anything, compares the result with the original way's.
    """

    run: Callable[[], Result]
    describe: Callable[[Result], Outcome]
    warm_up: Callable[[], object]
    unit: Literal['images', 'epochs', 'runs'] = 'images'
    quality: Callable[[], Mapping[str, float]] | None = None


@dataclass(frozen=True)
class Stage:
    """
    One entry of the list. `row` is the line of the benchmark's table, `style` is "seed" for the way of the original notebook and
    "strong" for that of an experienced Python programmer. `load`, "module:function", is imported only when the stage runs, so that
    no stage pays for libraries that it does not use; `settings` are its keyword arguments.
    """

    name: str
    row: str
    style: Style
    doc: str
    load: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    def prepare(self, options: Options) -> Work[Any]:
        """Loads what the work needs. Raises PeerError or Skipped."""
        module, function = self.load.split(':')
        return getattr(import_module(module), function)(options, **self.settings)


class Clock:
    """Wall time, and processor time of this process and of the children that have ended, within a `with` block, in seconds."""

    wall = 0.0
    cpu = 0.0

    def __enter__(self) -> Clock:
        self._start = time.perf_counter(), _processor_seconds()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        wall, cpu = self._start
        self.wall, self.cpu = time.perf_counter() - wall, _processor_seconds() - cpu


def _processor_seconds() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def cores() -> int:
    """Processor cores that this process may use, where the system says so, else all of them."""
    return len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count() or 1
