"""Indexes files in a process that is killed at a random moment, again and again, and looks at what is left.

Run as `python -m tests.vectorstore.killing FOLDER KILLS SEED`. It forks, so that a round costs no import; for that it
must be a process of its own, which has no threads.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ingest import PolicyFile
from vectorstore import Filters, Store, index_files, load_embedder, open_retriever, open_store

FILES = 6
PARAGRAPHS = 25  # each a passage
LONGEST_SECONDS = 0.6  # about what a round takes; a kill after its end hits nothing


def text(number: int, version: int) -> str:
    lines = [f"第{number}号学校关于第{version}次招生的通知"]
    lines += [
        f"{paragraph}.第{number}号学校第{version}次招收第{paragraph}类学生若干名，办法另行通知。"
        for paragraph in range(1, PARAGRAPHS)
    ]
    return "\n".join(lines)


def write(folder: Path, version: int) -> None:
    for number in range(FILES):
        (folder / f"{number}.txt").write_text(text(number, version), encoding="utf-8")


def index(store: Store, folder: Path) -> None:
    for number in range(0, FILES, 3):  # three at a time are read in this process, which is the one to be killed
        for report in index_files(store, [PolicyFile(folder / f"{n}.txt") for n in range(number, number + 3)]):
            assert report.status != "failed", report.reason


def check(store: Store, versions: set[int]) -> None:
    """Every document that exists is whole, and of a version that was there to be read."""
    texts = {text(number, version) for number in range(FILES) for version in versions}
    for record in store.records():
        assert store.document(record.id).text in texts
        found = store._passages.get(where={"document_id": record.id}, include=[])
        assert len(found["ids"]) == record.passages


def check_all(store: Store, folder: Path) -> None:
    """All files are indexed, nothing else is, and they are found."""
    records = store.records()
    assert sorted(record.source for record in records) == sorted((folder / f"{n}.txt").as_posix() for n in range(FILES))
    assert store._passages.count() == sum(record.passages for record in records)
    retriever = open_retriever(store.location, store.embedder, folder / "lexical")
    (hit,) = retriever.search("第3号学校招收第5类学生", 1, Filters(document="3.txt"))
    assert hit.document.source.endswith("/3.txt")


def in_child(task: Callable[[], object], kill_after: float | None = None) -> None:
    child = os.fork()
    if child == 0:
        try:
            task()
        except BaseException as error:
            os.write(2, repr(error).encode())
            os._exit(1)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if kill_after is None or not os.WIFSIGNALED(status):
        assert status == 0, "the child failed"


def main(folder: Path, kills: int, seed: int) -> None:
    embedder = load_embedder(None)
    moment = random.Random(seed)  # noqa: S311 - no secret, and a failure must be repeatable

    def opened() -> Store:
        return open_store(str(folder / "index"), embedder, create=True)

    def go_on(versions: set[int]) -> None:
        store = opened()
        check(store, versions)
        index(store, folder)

    for number in range(kills):
        write(folder, number)
        in_child(lambda: go_on(set(range(number))), moment.uniform(0, LONGEST_SECONDS))  # noqa: B023 - runs at once
    in_child(lambda: go_on(set(range(kills))))
    in_child(lambda: check(opened(), {kills - 1}))
    in_child(lambda: check_all(opened(), folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
