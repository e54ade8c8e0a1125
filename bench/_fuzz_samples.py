"""What fuzzing starts from: streams of real stages, saved runs made of them, messages of each kind, settings."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.analysis.run_model import RunModel
from engine.analysis.trace import Trace
from engine.hosting.host import ChildProcess
from engine.protocol import process_messages as talk
from engine.protocol.messages import FACTS, ORDERS, RunOrder
from engine.protocol.records import BLOCK, BLOCK_FACTS
from engine.session.run import Run

LOCKS = """
import threading, queue, time
lock, items = threading.Lock(), queue.Queue(2)
value = 0
def work(n):
    global value
    for _ in range(3):
        with lock:
            value += 1
        items.put(n)
        print(items.get())
threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
for one in threads: one.start()
for one in threads: one.join()
event = threading.Event()
event.set()
event.wait()
"""
TASKS = """
import asyncio
from concurrent.futures import ThreadPoolExecutor
async def main():
    await asyncio.gather(*(asyncio.sleep(0.01) for _ in range(3)))
with ThreadPoolExecutor(2) as pool: print(list(pool.map(abs, range(5))))
asyncio.run(main())
raise ValueError('no')
"""
PROCESSES = """
import multiprocessing
def child(n):
    print('child', n)
if __name__ == '__main__':
    several = [multiprocessing.Process(target=child, args=(n,)) for n in range(2)]
    for one in several: one.start()
    for one in several: one.join()
"""


FIGURES = {"python": "3.12", "date": "2026-01-01", "settings": "", "seconds": {"a": 1.5}, "values": {}}
PANELS = {"page": "waits", "hidden": ["knobs"], "alone": "", "sizes": {"columns": [1, 2]}}
SETTINGS = f"""[General]
theme=dark
scale=1.25
scenario=counter
geometry=@ByteArray(\\x1\\xd9\\xd0\\xcb\\0\\x3)
recent=/a/b.py, /c/d.py
calm=true
[splitters]
columns=300, 700, 246
[lessons]
counter=done
[figures]
joblib={json.dumps(json.dumps(FIGURES))}
[panels]
counter={json.dumps(json.dumps(PANELS))}
""".encode()


def blocks_of(data: bytes) -> list[tuple[int, bytes]]:
    """The blocks of a stream that is whole."""
    found, at = [], 0
    while at < len(data):
        kind, size = BLOCK.unpack_from(data, at)
        found.append((kind, data[at + BLOCK.size : at + BLOCK.size + size]))
        at += BLOCK.size + size
    return found


def facts_in(data: bytes) -> list[dict[str, Any]]:
    """The facts in it, as JSON has them."""
    return [fact for kind, payload in blocks_of(data) if kind == BLOCK_FACTS for fact in json.loads(payload)]


def examples() -> dict[str, list[dict[str, Any]]]:
    """One message of each class of each union, with a value of each field's type."""
    values = {
        "str": "x",
        "bool": True,
        "float": 1.5,
        "Value": 3,
        "int": 7,
        "Count": 7,
        "Lane": 2,
        "Id": 9,
        "Place": 1 << 20,
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for codec in (FACTS, ORDERS, talk.CALLS, talk.REPLIES, talk.NOTES):
        for name, kind in codec.kinds.items():
            made: dict[str, Any] = {codec.tag: name}
            for one in dataclasses.fields(kind):
                word = str(one.type).partition(" | ")[0]
                made[one.name] = (
                    [1] if word.startswith("tuple") else {"a": "b"} if word.startswith("Map") else values.get(word)
                )
            found.setdefault(codec.tag, []).append(made)
    return found


def saved(data: bytes, path: Path) -> Path:
    """A saved run made of a stream."""
    model, blocks = RunModel(), blocks_of(data)
    for kind, payload in blocks:
        model.feed_block(kind, payload)
    order = {"do": "run", "text": "print(1)\n", "path": "program.py"}
    about = {
        "scenario": "counter",
        "order": order,
        "arrivals": model.arrivals,
        "overheard": [[1, "text"]],
        "flips": [[0.5, "lock", True]],
        "ended": "finished",
        "exit": [0, ""],
        "modules": [{"name": "a.py", "path": "/a.py", "text": "x = 1\n", "before": True}],
        "written": {
            "folder": "/f",
            "files": [{"name": "n", "path": "/f/n", "size": 3, "new": True}],
            "more": 0,
            "complete": True,
        },
    }
    trace = Trace()
    for chunk in model.trace.chunks():
        trace.append(chunk)
    trace.save(path, model.facts, about)
    return path


def record(folder: Path) -> list[bytes]:
    """What real stages send for a few programs: locks and queues, a pool, other processes, asyncio, an exception."""
    found = []
    for text in (LOCKS, TASKS, PROCESSES):
        host, sent = ChildProcess(), bytearray()
        keep = host.inbox.put

        def both(data: bytes, sent: bytearray = sent, keep: Callable[[bytes], None] = keep) -> None:
            sent += data
            keep(data)

        host._readers[0]._take = both
        run = Run(host, [], RunModel(), RunOrder(text, str(folder / "program.py")))
        while run.ended is None:
            run.pump(60_000)
        found.append(bytes(sent))
    return found
