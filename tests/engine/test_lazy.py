"""Facades whose code is loaded when a program first asks."""

from __future__ import annotations

import sys
import threading
import types

from engine.stage.facade.base import lazy

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
