"""Facades whose code is loaded when a program first asks, and copies of libraries."""

from __future__ import annotations

import importlib
import queue
import sys
import threading
import types
import zipfile
from pathlib import Path

import pytest

from engine.stage.facade.base import lazy
from engine.stage.facade.base.module_copies import module_copy

TIMES = 300


def test_that_threads_load_facades_while_others_import() -> None:
    wrong: list[BaseException] = []
    found: set[int] = set()

    def load() -> None:
        try:
            for _ in range(TIMES):
                found.add(id(lazy.module("network.sockets")))
        except BaseException as error:
            wrong.append(error)

    def import_more(name: str) -> None:
        for number in range(TIMES):
            sys.modules[f"{name}_{number}"] = types.ModuleType(name)

    threads = [threading.Thread(target=load) for _ in range(6)]
    threads += [threading.Thread(target=import_more, args=(f"made_up_{n}",)) for n in range(2)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
        for name in [name for name in sys.modules if name.startswith("made_up_")]:
            del sys.modules[name]
    assert (wrong, len(found)) == ([], 1)


def test_that_a_library_in_an_archive_is_copied_as_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the standard library of a Python that is embedded."""
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("zipped_library.py", "import queue\nmade = queue.Queue\n")
    monkeypatch.syspath_prepend(str(tmp_path / "all.zip"))
    real = importlib.import_module("zipped_library")
    copy = module_copy("zipped_library", {"queue": types.SimpleNamespace(Queue="ours")})
    assert (real.made, copy.made) == (queue.Queue, "ours")
