"""Records a second that the window's side carries, and how long it takes to choose what to draw."""

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np

from engine.analysis.decimation import columns
from engine.analysis.run_model import RunModel
from engine.analysis.trace import DTYPE, Records
from engine.findings.detector import Detector
from engine.frame import Spans
from engine.protocol.messages import ThingFact, ThreadFact
from engine.protocol.records import UNKNOWN_VALUE, Kind

THREADS = 8
TOTAL = 2_000_000
FACTS = [
    ThingFact(1, type="Lock", name="lock", place=1 << 20 | 3, switch=True, size=0),
    *(ThreadFact(n, name=f"Adder-{n - 1}", daemon=False) for n in range(2, THREADS + 2)),
]


def locked(count: int) -> Records:
    """8 threads take one lock in turn, each waiting for it: want, got, released with the value."""
    rows = np.zeros(count, DTYPE)
    turn = np.arange(count) // 3
    rows["time"] = np.arange(count) * 1000
    rows["object"] = 1
    rows["place"] = 1 << 20 | 12
    rows["thread"] = 2 + turn % THREADS
    rows["kind"] = np.array([Kind.LOCK_WANT, Kind.LOCK_GOT, Kind.LOCK_RELEASED])[np.arange(count) % 3]
    rows["value"] = np.where(rows["kind"] == Kind.LOCK_RELEASED, turn + 1, UNKNOWN_VALUE)
    return rows


def nested(count: int) -> Records:
    """8 threads, each with two locks of its own, one inside the other: the slowest common case."""
    rows = np.zeros(count, DTYPE)
    number = np.arange(count)
    step = number // THREADS % 4
    rows["time"] = number * 1000
    rows["thread"] = 2 + number % THREADS
    rows["object"] = 10 + 2 * (number % THREADS) + np.array([0, 1, 1, 0])[step]
    rows["kind"] = np.array([Kind.LOCK_GOT, Kind.LOCK_GOT, Kind.LOCK_RELEASED, Kind.LOCK_RELEASED])[step]
    rows["value"] = UNKNOWN_VALUE
    return rows


def rate(feed: Callable[[bytes], object], data: bytes, batch: int) -> float:
    """Records a second that `feed` takes in batches of this many records."""
    size = batch * DTYPE.itemsize
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    began = time.perf_counter()
    for block in blocks:
        feed(block)
    return len(data) / DTYPE.itemsize / (time.perf_counter() - began)


def through_picture(batch: int, data: bytes) -> float:
    """Everything that a tick does: blocks in, lanes, holders and findings out."""
    picture, detector = RunModel(watch="counter", counted_by="lock"), Detector()
    picture.note(FACTS)

    def tick(block: bytes) -> None:
        picture.feed_block(1, block)
        picture.lanes()
        picture.holders()
        detector.find(picture)

    return rate(tick, data, batch)


def plainly(batch: int, data: bytes) -> float:
    """The least that could be done: read the blocks and put them together at the end."""
    parts: list[Records] = []
    carried = rate(lambda block: parts.append(np.frombuffer(block, DTYPE)), data, batch)
    began = time.perf_counter()
    np.concatenate(parts)
    return 1 / (1 / carried + (time.perf_counter() - began) / TOTAL)


def long_lane(count: int) -> Spans:
    """A lane with this many spans of random length."""
    random = np.random.default_rng(1)
    starts = np.cumsum(random.integers(1, 2000, count)).astype(np.int64)
    return Spans(
        starts,
        random.integers(4, 15, count).astype(np.uint8),
        np.zeros(count, np.uint32),
        np.zeros(count, np.uint32),
    )


def drawing(count: int, width: int = 1360) -> float:
    """Milliseconds to choose the pieces of a lane, all of it in view: the best of 10."""
    spans = long_lane(count)
    end = int(spans.starts[-1])
    best = float("inf")
    for _ in range(10):
        began = time.perf_counter()
        columns(spans, end, 0, end, width)
        best = min(best, time.perf_counter() - began)
    return best * 1000


def main(arguments: Sequence[str] = ()) -> None:
    """Prints a row for each size of batch and each number of spans."""
    parser = argparse.ArgumentParser(prog="python -m bench picture", description=__doc__)
    parser.parse_args(arguments)
    for name, make in (("one lock, 8 threads", locked), ("nested locks, 8 threads", nested)):
        data = make(TOTAL).tobytes()
        for batch in (5_000, 17_000, 50_000):
            ours, least = through_picture(batch, data), plainly(batch, data)
            print(
                f"{name}, batches of {batch:>6,}: {ours / 1e6:5.1f} million records a second, "
                f"{batch / ours * 1000:5.2f} ms a batch; only put together {least / 1e6:5.1f} million: "
                f"{least / ours:.1f} times"
            )
    for count in (10_000, 1_000_000, 10_000_000):
        print(f"detail.columns, {count:>10,} spans, 1360 pixels: {drawing(count):6.2f} ms")
