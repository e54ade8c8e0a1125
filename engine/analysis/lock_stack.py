"""Which lock a thread got last and still holds, when it holds several."""

import numpy as np
from numpy.typing import NDArray

from engine.analysis.columns import latest


def tops(
    held: list[int], delta: NDArray[np.int8], depth: NDArray[np.int32], objects: NDArray[np.uint32]
) -> tuple[NDArray[np.uint32], list[int]]:
    """For each row of one thread the lock it got last and still holds (0: none), and the locks held at the end.

    `held` are the locks held before, `delta` is +1 where a lock is got and -1 where one is given back,
    `depth` how many are held after each row. Locks given back in the opposite order of getting, as `with` does,
    are found all at once; any other order is followed row by row.
    """
    levels = np.concatenate((np.arange(1, len(held) + 1, dtype=np.int32), depth))
    locks = np.concatenate((np.array(held, np.uint32), objects))
    got = np.concatenate((np.ones(len(held), np.bool_), delta > 0))
    order = np.argsort(levels, kind="stable")
    last = latest(got[order])
    top = np.zeros(len(levels), np.uint32)
    top[order] = np.where((levels[order] > 0) & (last >= 0), locks[order][last], 0)
    given_back = np.flatnonzero(delta < 0) + len(held)
    before = np.where(given_back > 0, top[given_back - 1], 0)
    if not np.array_equal(before, locks[given_back]):
        return _follow(held, delta, objects)
    final = int(depth[-1]) if len(depth) else len(held)
    ends = np.searchsorted(levels[order], np.arange(1, final + 1), "right") - 1
    return top[len(held) :], [int(lock) for lock in top[order][ends]]


def _follow(
    held: list[int], delta: NDArray[np.int8], objects: NDArray[np.uint32]
) -> tuple[NDArray[np.uint32], list[int]]:
    """The same, row by row: for locks given back in any order."""
    held = list(held)
    top: list[int] = []
    for change, lock in zip(delta.tolist(), objects.tolist(), strict=True):
        if change > 0:
            held.append(lock)
        elif change < 0 and lock in held:
            del held[len(held) - 1 - held[::-1].index(lock)]
        top.append(held[-1] if held else 0)
    return np.array(top, np.uint32), held
