"""Worker processes that may die: tasks in, results out, and a dead worker costs one attempt.

``each`` hands tasks to processes and gives their results as they come. A process notes in its ``Mark``
what it is working on. When it dies (a crash, the time limit, the memory limit, a bug that ends it),
the mark tells where, ``again`` makes of the task what is left of it, and a new process goes on.

Limits are the kernel's, so they hold inside C code that never comes back to Python: an alarm that is
not caught ends the process, and memory beyond the limit is not given. Where a system has no such
limits (Windows), there are none.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import RawArray
from typing import Any, Generic, Protocol, TypeVar

from pipeline.rules import RuleErrors

if sys.platform != "win32":
    import resource

Task = TypeVar("Task")
Result = TypeVar("Result")
_Given = TypeVar("_Given", contravariant=True)
_Made = TypeVar("_Made", covariant=True)
Mark = ctypes.Array[ctypes.c_longlong]
"""Three numbers, seen by both processes: what the worker is busy with. The first is -1 for nothing."""

OUT_OF_MEMORY = 77
"""Exit code of a process that could not get the memory that an article needs."""


class Dead(Exception):
    """Workers die and nothing says why."""


@dataclass(frozen=True, slots=True)
class Death:
    """How a worker ended, and what it was busy with."""

    mark: tuple[int, int, int]
    code: int

    @property
    def out_of_time(self) -> bool:
        return sys.platform != "win32" and self.code == -signal.SIGALRM

    @property
    def out_of_memory(self) -> bool:
        return self.code == OUT_OF_MEMORY

    def __str__(self) -> str:
        if self.code < 0:
            return signal.Signals(-self.code).name
        return f"exit code {self.code}"


class Work(Protocol[_Given, _Made]):
    """What a process does: it is prepared once, then called with one task after another."""

    def prepare(self) -> None: ...
    def __call__(self, task: _Given, mark: Mark, /) -> Iterator[_Made]: ...


def each(
    work: Work[Task, Result],
    tasks: Iterable[Task],
    workers: int,
    again: Callable[[Task, Death], Task],
) -> Iterator[Result]:
    """Results of all tasks, in whatever order they come.

    Raises what a worker raised when it is an ``OSError`` (a full disk is no task's fault). Left
    early, by an error or Ctrl-C, it ends its processes.
    """
    left: Iterator[Task] = iter(tasks)
    returned: deque[Task] = deque()
    crew: list[_Worker[Task, Result]] = []
    try:
        while True:
            for number in range(workers):
                if number < len(crew) and crew[number].task is not None:
                    continue
                task = returned.popleft() if returned else next(left, None)
                if task is None:
                    break
                if number == len(crew):
                    crew.append(_Worker(work))
                crew[number].begin(task)
            busy = {worker.connection: worker for worker in crew if worker.task is not None}
            if not busy:
                return
            for connection in wait(list(busy)):
                worker = busy[connection]  # type: ignore[index]
                try:
                    result = worker.connection.recv()
                except (EOFError, OSError):
                    assert worker.task is not None
                    returned.append(again(worker.task, worker.bury()))
                    crew.remove(worker)
                    continue
                if isinstance(result, OSError | RuleErrors):
                    raise result
                if result is None:
                    worker.task = None
                else:
                    yield result
    finally:
        for worker in crew:
            worker.end()


def _context() -> BaseContext:
    """Fork where it is safe: a forked process has the rules already."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else None)


class _Worker(Generic[Task, Result]):
    """A process, the way to talk to it, and what it is doing."""

    def __init__(self, work: Work[Task, Result]):
        context = _context()
        self.task: Task | None = None
        self.mark: Mark = RawArray(ctypes.c_longlong, 3)
        self.connection, other = context.Pipe()
        with _undisturbed():
            self.process: BaseProcess = context.Process(  # type: ignore[attr-defined]
                target=_serve, args=(other, self.mark, work, os.getpid()), daemon=True
            )
            self.process.start()
        other.close()

    def begin(self, task: Task) -> None:
        self.task = task
        self.mark[0] = -1
        with contextlib.suppress(OSError):  # it died idle: waiting for its answer will show that
            self.connection.send(task)

    def bury(self) -> Death:
        """How the process ended."""
        self.connection.close()
        self.process.join()
        first, second, third = self.mark
        return Death((first, second, third), self.process.exitcode or 0)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C waits: one that comes while a process forks can be lost in a callback of the fork."""
    if sys.platform == "win32":  # where nothing forks
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _serve(connection: Connection[Any, Any], mark: Mark, work: Work[Any, Any], parent: int) -> None:
    """What a worker process does. Ctrl-C is for the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    work.prepare()
    gc.freeze()  # what was there before is never garbage: looking at it would copy its pages
    gc.set_threshold(50_000, 20, 100)  # an article makes many objects and few circles of them
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            # Other workers hold copies of the pipe, so that its end does not tell of the parent's.
            while not connection.poll(1):
                if os.getppid() != parent:
                    return
            task = connection.recv()
            try:
                for result in work(task, mark):
                    connection.send(result)
                    if os.getppid() != parent:
                        return
            except BrokenPipeError:
                return
            except (OSError, RuleErrors) as error:
                connection.send(error)
                return
            mark[0] = -1
            connection.send(None)


def limit_memory(megabytes: int) -> None:
    """Let this process have so much more memory than it has now; beyond, ``MemoryError``."""
    if sys.platform == "linux" and megabytes:
        with open("/proc/self/statm") as file:  # noqa: PTH123
            pages = int(file.read().split()[5])
        most = pages * resource.getpagesize() + megabytes * 1_000_000
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End this process when what is done here takes longer, or more memory than there is."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # what it holds may be too much for any other way out
    finally:
        if sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, 0)
