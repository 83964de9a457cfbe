"""Policy files → documents ready to be indexed, several at a time in processes of their own.

Reading is most of the work of indexing and needs no index. A process of its own also bounds what a hostile file
can do: it has a clock, a limit of memory, and may die without taking the others' work along.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from types import FrameType

from ingest import READING, Limits, PolicyFile, ReadError, load, read_document
from ingest.errors import CrashedReaderError, LimitError
from vectorstore.rows import Prepared, prepare

_FEW = 4  # files: fewer are read at once where they are, since starting processes takes as long; not in a thread that
# serves others: it has no clock, and the whole process would be at risk
_AHEAD = 4  # files a process that are read ahead of the one whose turn it is
_MEMORY = 2 * 2**30  # bytes of address space a process may use: the programs' own take half of it


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of reading a file.

    Attributes:
        file: The file.
        document: What is to be indexed; None if nothing is.
        current: The hash under which the file stands in the index already, as it is.
        problem: Why it cannot be read.
    """

    file: PolicyFile
    document: Prepared | None = None
    current: str | None = None
    problem: str | None = None


def read_files(files: Sequence[PolicyFile], known: Mapping[str, frozenset[str]], limits: Limits) -> Iterator[Reading]:
    """Yield what becomes of each file, in order.

    Args:
        files: What to read.
        known: By source the hashes of the files that are indexed: they are not read again.
        limits: How much of the machine a file may take.
    """
    tasks = [(file, known.get(file.name, frozenset()), limits) for file in files]
    if len(files) < _FEW and threading.current_thread() is threading.main_thread():
        yield from (_read(*task) for task in tasks)
        return
    waiting = deque(tasks)
    while waiting:
        with _processes() as pool:
            try:
                for reading in _in_order(pool, waiting):
                    yield reading
                    waiting.popleft()
            except BrokenProcessPool:
                pass
            else:
                return
        yield _alone(waiting.popleft())


_Task = tuple[PolicyFile, frozenset[str], Limits]


def digest(data: bytes) -> str:
    """Return a hash of a file and of the way it is read, so that a better reader reads it again."""
    return hashlib.sha256(f"{READING}:".encode() + data).hexdigest()


def _in_order(pool: ProcessPoolExecutor, tasks: Sequence[_Task]) -> Iterator[Reading]:
    ahead: deque[Future[Reading]] = deque()
    most = _AHEAD * _workers()
    for task in list(tasks):
        ahead.append(pool.submit(_read, *task))
        if len(ahead) > most:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


def _alone(task: _Task) -> Reading:
    """Read a file in a process of its own: one of those that were being read has killed theirs."""
    with _processes(1) as pool:
        try:
            return pool.submit(_read, *task).result()
        except BrokenProcessPool:
            return Reading(task[0], problem=str(CrashedReaderError(task[0].name)))


def _read(file: PolicyFile, known: frozenset[str], limits: Limits) -> Reading:
    try:
        source = load(file, limits)
        mark = digest(source.data)
        if mark in known:
            return Reading(file, current=mark)
        with _clock(source.name, limits.seconds):
            return Reading(file, prepare(read_document(source, limits), mark))
    except ReadError as error:
        return Reading(file, problem=str(error))
    except (MemoryError, RecursionError):
        return Reading(file, problem=str(CrashedReaderError(file.name)))


@contextmanager
def _clock(name: str, seconds: int) -> Iterator[None]:
    """Stop what takes longer than a file may; only the main thread of a process on Unix can be stopped so."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise LimitError(name, f"读取超过 {seconds} 秒", f" {seconds} 秒", "seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _workers() -> int:
    return max(1, min(8, os.cpu_count() or 1))


def _processes(count: int | None = None) -> ProcessPoolExecutor:
    # Spawned, not forked: this process has threads of Chroma's and of the tokenizer's.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count or _workers(), mp_context=context, initializer=_prepare_process)


def _prepare_process() -> None:
    """Bound a process's memory, and let it end with the one that started it, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that started it is told, and says so once
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
