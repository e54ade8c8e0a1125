"""Spans and a width in pixels to what is worth drawing: bounded by pixels, whatever the number of spans."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.frame import Holders, Spans, State
from engine.protocol.lazy_dataclass import lazy_dataclass

WIDE = 3.0  # columns from which on a span is drawn as itself
MARGIN = 4.0  # pixels outside the picture where pieces are cut off
Array = NDArray[Any]


@lazy_dataclass(frozen=True)
class Pieces:
    """What to draw, from left to right: piece i from x0[i] to x1[i], in pixels.

    A merged piece stands for many spans too short to be drawn: `state` is the gravest of them, `object` is 0.
    """

    x0: NDArray[np.float64]
    x1: NDArray[np.float64]
    state: NDArray[np.uint8]
    object: NDArray[np.uint32]
    merged: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.x0)


@lazy_dataclass(frozen=True)
class _Stretch:
    """The part of a run that is shown. All times in nanoseconds."""

    t0: int
    t1: int
    width: int
    step: float  # length of a column
    low: int  # first and last time that pieces are made for
    high: int
    end: int  # of the last step
    grid: Array  # edges of the columns between low and high


def columns(spans: Spans, now_ns: int, t0_ns: int, t1_ns: int, width_px: int) -> Pieces:
    """The pieces of a lane between two times (nanoseconds) on a width in pixels.

    Columns stand at whole multiples of their own length in program time, so what is merged does not change while
    the view moves. Never more than about twice as many pieces as pixels. Cost: a binary search for each column
    and one look at the states of the stretch shown.
    """
    shown = _stretch(spans.starts, now_ns, t0_ns, t1_ns, width_px)
    if shown is None:
        return NOTHING
    x0, x1, first, merged, rank = _find(spans.starts, spans.states, shown)
    thing = np.where(merged, 0, spans.objects[first]).astype(np.uint32)
    return Pieces(x0, x1, rank.astype(np.uint8), thing, merged)


def holder_columns(holders: Holders, now_ns: int, t0_ns: int, t1_ns: int, width_px: int) -> Pieces:
    """The same for a lock: `object` is the thread that holds it (0: nobody), of several the last made."""
    shown = _stretch(holders.starts, now_ns, t0_ns, t1_ns, width_px)
    if shown is None:
        return NOTHING
    x0, x1, _, merged, rank = _find(holders.starts, holders.threads, shown)
    state = np.where(rank > 0, State.HOLDING, State.ABSENT).astype(np.uint8)
    return Pieces(x0, x1, state, rank.astype(np.uint32), merged)


def _stretch(starts: Array, now: int, t0: int, t1: int, width: int) -> _Stretch | None:
    """What is shown, or None when that is nothing."""
    if not len(starts) or width < 1 or t1 <= t0 or now < starts[0]:
        return None
    step = _step(t0, t1, width)
    grid = np.rint(np.arange(int(t0 // step) - 2, int(t1 // step) + 4) * step).astype(np.int64)
    end = max(now, int(starts[-1]))
    low, high = max(int(grid[0]), int(starts[0])), min(int(grid[-1]), end)
    if low >= high:
        return None
    return _Stretch(t0, t1, width, step, low, high, end, grid[(grid > low) & (grid < high)])


def _step(t0: int, t1: int, width: int) -> float:
    """Length of a column in nanoseconds, the same for all views of one scale, whose ends may be rounded."""
    whole, rest = divmod(t1 - t0, width)
    return float(whole) if not rest else max(1.0, float(f"{(t1 - t0) / width:.4e}"))


def _find(starts: Array, rank: Array, shown: _Stretch) -> tuple[Array, Array, Array, Array, Array]:
    """Wide steps and merged runs of columns in one row, from left to right.

    Each from where to where, which step it begins with, whether it stands for several, and the gravest rank of these.
    """
    wide, begins, ends = _wide(starts, shown)
    parts, stops = _narrow(begins, ends, shown)
    first = np.searchsorted(starts, parts, "right") - 1
    after = np.searchsorted(starts, stops, "left")
    grave = _gravest(rank, first, after)
    head = np.ones(len(parts), np.bool_)
    head[1:] = (parts[1:] != stops[:-1]) | (grave[1:] != grave[:-1])
    heads = np.flatnonzero(head)
    tails = np.append(heads[1:], len(parts))[: len(heads)] - 1
    many = (np.zeros(len(wide), np.bool_), after[tails] - first[heads] > 1)
    pairs = (begins, parts[heads]), (ends, stops[tails]), (wide, first[heads]), many, (rank[wide], grave[heads])
    joined = [np.concatenate(pair) for pair in pairs]
    order = np.argsort(joined[0], kind="stable")
    left, right, begun, merged, ranks = (values[order] for values in joined)
    return *_pixels(left, right, shown), begun, merged, ranks


def _wide(starts: Array, shown: _Stretch) -> tuple[Array, Array, Array]:
    """The steps drawn as themselves, cut to the stretch. Each crosses a column's edge, so none is missed."""
    there = np.searchsorted(starts, np.concatenate(([shown.low], shown.grid)), "right") - 1
    there = there[np.concatenate(([True], there[1:] != there[:-1]))]
    last = len(starts) - 1
    ends = np.where(there == last, shown.end, starts[np.minimum(there + 1, last)])
    wide = ends - starts[there] >= WIDE * shown.step
    there = there[wide]
    return there, np.maximum(starts[there], shown.low), np.minimum(ends[wide], shown.high)


def _narrow(begins: Array, ends: Array, shown: _Stretch) -> tuple[Array, Array]:
    """The stretches between wide steps, cut at the columns' edges, but into no part shorter than a column."""
    gap_from = np.concatenate(([shown.low], ends))
    gap_to = np.concatenate((begins, [shown.high]))
    grid, least = shown.grid, max(shown.step - 1, 0.5)  # edges are rounded to whole nanoseconds
    of = np.searchsorted(gap_from, grid, "right") - 1
    edges = grid[(grid - gap_from[of] >= least) & (gap_to[of] - grid >= least)]
    real = gap_from < gap_to
    return np.sort(np.concatenate((gap_from[real], edges))), np.sort(np.concatenate((edges, gap_to[real])))


def _gravest(rank: Array, first: Array, after: Array) -> Array:
    """The highest rank of rank[first[i]:after[i]] for each i."""
    if not len(first):
        return rank[:0]
    count = int(after[-1])
    pairs = np.empty(2 * len(first), np.intp)
    pairs[0::2], pairs[1::2] = first, np.minimum(after, count - 1)
    grave: Array = np.maximum.reduceat(rank[:count], pairs)[0::2]
    to_end = after == count  # reduceat takes no end behind the last one
    grave[to_end] = np.maximum(grave[to_end], rank[count - 1])
    return grave


def _pixels(starts: Array, ends: Array, shown: _Stretch) -> tuple[Array, Array]:
    """A merged piece is at least one wide, at the cost of the wide one after it."""
    scale, right = shown.width / (shown.t1 - shown.t0), shown.width + MARGIN
    x0 = np.clip((starts - shown.t0) * scale, -MARGIN, right)
    x1 = np.clip((ends - shown.t0) * scale, -MARGIN, right)
    thin = np.flatnonzero(x1 - x0 < 1.0)
    x1[thin] = x0[thin] + 1.0
    follows = thin[thin + 1 < len(x0)] + 1
    x0[follows] = np.minimum(np.maximum(x0[follows], x1[follows - 1]), x1[follows])
    return x0, x1


NOTHING = Pieces(np.zeros(0), np.zeros(0), np.zeros(0, np.uint8), np.zeros(0, np.uint32), np.zeros(0, np.bool_))
