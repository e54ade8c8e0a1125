"""Records to spans: what each thread was doing from when to when. Incremental, and without a loop over records."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.analysis.columns import Array, Steps, in_order, latest, settle, shifted
from engine.analysis.record_semantics import CODE, DELTA, HAS_OBJECT, IS_BLOCKED, IS_GLANCE, IS_LIFE, REFRESH
from engine.analysis.thread_lifecycle import BASE, FIRST, NOTHING, Act, Changes, Extra, Life, ThreadLifecycles
from engine.analysis.trace import Records, column, words_of
from engine.frame import ENDS_BY_ITSELF, WAITING, Spans, State
from engine.protocol.records import LAST_THREAD, Flag

LANES = LAST_THREAD + 1
WAITING_STATES = np.array(sorted(WAITING - ENDS_BY_ITSELF), np.uint8)
_STATES = tuple(map(State, range(max(State) + 1)))  # looked up, for making one of a number is dear
_TIMED = int(Flag.TIMED)
FOR_RESULTS = np.array([State.WAIT_RESULT], np.uint8)


class Wait(NamedTuple):
    """A thread that waits now."""

    lane: int
    state: State
    object: int  # what it waits for: a thing, or a thread when it waits in join
    kind: int  # the record that began it
    timed: bool  # it ends by itself
    since: int  # nanoseconds
    place: int


@dataclass
class _Rows:
    """Records as lanes see them: once as they came, once sorted by lane, each lane in order."""

    lane: Array
    row: Array  # in the batch; -1: brought by a record of another lane
    time: Array
    code: Array
    delta: Array
    object: Array
    place: Array
    word: Array
    lanes: Array = field(init=False)  # of sorted rows, where there are any
    bounds: Array = field(init=False)  # where each of these lanes begins, and the end

    @staticmethod
    def of(records: Records) -> "_Rows":
        """The rows of a batch as they came."""
        lane, time, thing, place = (column(records, name) for name in ("thread", "time", "object", "place"))
        word = words_of(records)
        return _Rows(lane, np.arange(len(lane)), time, CODE[word], DELTA[word], thing, place, word)

    def sorted(self, pick: Array, extras: list[Extra]) -> "_Rows":
        """The picked rows and what is brought to other lanes, by lane; an extra before the record that brings it."""
        rows = self._with(pick, extras) if extras else self._taken(pick[np.argsort(self.lane[pick], kind="stable")])
        if len(rows.lane):
            counts = np.bincount(rows.lane)
            rows.lanes = np.flatnonzero(counts)
            rows.bounds = np.concatenate((np.zeros(1, np.intp), np.cumsum(counts[rows.lanes])))
        return rows

    def _columns(self) -> tuple[Array, ...]:
        return self.lane, self.row, self.time, self.code, self.delta, self.object, self.place, self.word

    def _taken(self, pick: Array) -> "_Rows":
        return _Rows(*(values[pick] for values in self._columns()))

    def _with(self, pick: Array, extras: list[Extra]) -> "_Rows":
        lanes, brought, codes, places = map(list, zip(*extras, strict=True))
        none = [0] * len(extras)
        added = (lanes, [-1] * len(extras), self.time[brought], codes, none, none, places, none)
        own = self._taken(pick)._columns()
        joined = [np.concatenate((np.asarray(new).astype(old.dtype), old)) for new, old in zip(added, own, strict=True)]
        order = np.lexsort((np.concatenate((np.array(brought, np.int64) * 2, pick * 2 + 1)), joined[0]))
        return _Rows(*(values[order] for values in joined))


class SpanBuilder:
    """Builds the spans of every lane from batches of records.

    `is_daemon(thread)` says whether the end of the program waits for a thread no more.
    """

    def __init__(self, is_daemon: Callable[[int], bool] = lambda _thread: False) -> None:
        self.lives = ThreadLifecycles(is_daemon)
        self.last_act = 0  # nanoseconds: when a thread last did something
        self.changed: set[int] = set()  # lanes that changed; whoever reads it empties it
        self.places = np.zeros(LANES, np.uint32)  # of each lane the last one known
        self._steps: dict[int, Steps] = {}
        self._known = np.zeros(LANES, np.bool_)
        self._known[0] = True  # the stage itself has no lane
        self._depth = np.zeros(LANES, np.int32)
        self._top = np.zeros(LANES, np.uint32)
        self._held: dict[int, list[int]] = {}  # lanes that hold more than one lock
        self._last = np.zeros(LANES, np.int64)  # time of the last row
        self._mode = np.full(LANES, BASE, np.uint8)
        # what began it: word, object, place, time
        self._origin: list[Array] = [np.zeros(LANES, dtype) for dtype in (np.uint16, np.uint32, np.uint32, np.int64)]

    def feed(self, records: Records) -> NDArray[np.uint8]:
        """Takes in records, an array of trace.DTYPE.

        Returns for each the state its thread was in before it: a State, or 255 where the record changes nothing.
        """
        before = np.full(len(records), NOTHING, np.uint8)
        rows = self._rows(records) if len(records) else None
        if rows is not None and len(rows.lane):
            rows.time = in_order(rows.time, rows.bounds, self._last[rows.lanes])
            self._last[rows.lanes] = rows.time[rows.bounds[1:] - 1]
            modes = self._modes(rows)
            own = rows.row >= 0
            before[rows.row[own]] = modes[0][own]
            self._store(rows, *modes[1:])
        if self.lives.closing:
            self.lives.end_batch()
        return before

    def spans(self, lane: int, known: Spans | None = None) -> Spans:
        """The spans of a lane so far, as views; those that are `known` already if there are no more."""
        steps = self._steps.get(lane)
        if steps is None:
            return Spans(*self._empty().views())
        return known if known is not None and len(known.starts) == len(steps) else Spans(*steps.views())

    def has(self, lane: int) -> bool:
        """Whether a lane has spans."""
        return lane in self._steps

    def life(self, lane: int) -> Life:
        """When the lane's thread began and ended, and whether it was joined."""
        return self.lives.by_lane.get(lane, Life())

    def waits(self, states: NDArray[np.uint8] = WAITING_STATES) -> list[Wait]:
        """Every thread that waits now: for another thread of the program, or in one of these states."""
        found = np.flatnonzero(np.isin(self._mode, states))  # of thousands of lanes perhaps: plain numbers from here on
        word, thing, place, since = (values[found] for values in self._origin)
        fields = (found, self._mode[found], thing, word & 0xFF, word >> 8 & _TIMED != 0, since, place)
        rows = zip(*(field.tolist() for field in fields), strict=True)
        return [Wait(lane, _STATES[state], *others) for lane, state, *others in rows]

    def alive(self) -> list[int]:
        """Lanes whose threads were started and have not ended."""
        return [lane for lane, life in self.lives.by_lane.items() if life.started and life.final is None]

    @staticmethod
    def _empty() -> Steps:
        return Steps(np.uint8, np.uint32, np.uint32, key=2, grave=State.DIED)

    def _rows(self, records: Records) -> _Rows:
        """What a batch says about lanes, sorted by lane."""
        batch = _Rows.of(records)
        self._glance(batch)
        extras = self._live(batch, records)
        mute = (batch.row > self.lives.closed[batch.lane]) | (batch.lane == 0)
        batch.code[mute] = NOTHING
        blocked = np.flatnonzero(IS_BLOCKED[batch.word])
        if len(blocked):
            self._believe(batch, blocked.tolist(), extras)
        return batch.sorted(np.flatnonzero(batch.code != NOTHING), extras)

    def _believe(self, batch: _Rows, rows: list[int], extras: list[Extra]) -> None:
        """That a thread does not run counts where nothing else is known of it, and that it moves where that counted.

        Whoever looks at it may be overtaken by what the thread reports itself. There are few such rows.
        """
        for row in rows:
            lane, code = batch.lane[row], batch.code[:row]
            before = np.flatnonzero((batch.lane[:row] == lane) & (code != NOTHING) & (code != REFRESH))
            last = int(before[-1]) if len(before) else -1
            mode = int(batch.code[last]) if last >= 0 else int(self._mode[lane])
            mode = next((one.code for one in reversed(extras) if one.lane == lane and last < one.row < row), mode)
            if mode != (BASE if batch.code[row] == State.WAIT_UNWATCHED else State.WAIT_UNWATCHED):
                batch.code[row] = NOTHING

    def _glance(self, batch: _Rows) -> None:
        """Where each thread is, and when one last did something."""
        lane = batch.lane
        known = batch.place != 0
        self.places[lane[known]] = batch.place[known]  # of several of one lane NumPy keeps the last
        acts = np.flatnonzero(~IS_GLANCE[batch.word] & (lane != 0))
        if len(acts):
            self.last_act = max(self.last_act, int(batch.time[acts].max()))
        self.changed.update(np.flatnonzero(np.bincount(lane)).tolist())
        self.changed.discard(0)

    def _live(self, batch: _Rows, records: Records) -> list[Extra]:
        """Follows the lives of threads: changes codes and objects in place, returns what is brought to other lanes."""
        lane = batch.lane
        rare = np.flatnonzero(IS_LIFE[batch.word])
        new = np.flatnonzero(~self._known[lane])
        if not len(rare) and not len(new):
            return []
        first = new[np.unique(lane[new], return_index=True)[1]]
        rows = np.concatenate((first, rare))
        kinds = np.concatenate((np.full(len(first), FIRST), batch.word[rare] & 0xFF))
        whose = (lane[rows], batch.object[rows])
        fields = (
            rows,
            kinds,
            *whose,
            batch.time[rows],
            batch.place[rows],
            batch.word[rows] >> 8,
            records["value"][rows],
        )
        acts = [Act(*fields) for fields in zip(*(field.tolist() for field in fields), strict=True)]
        changes = Changes(batch.code, batch.object)
        self.lives.take(sorted(acts), changes)
        self.changed |= changes.lanes
        self._known[lane[first]] = True
        for extra in changes.extras:
            self._known[extra.lane] = True
            self.changed.add(extra.lane)
        return changes.extras

    def _modes(self, rows: _Rows) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Array]:
        """What each thread does before and after each row, a State, or BASE; and to which thing it does the latter."""
        lane, starts, ends = rows.lane, rows.bounds[:-1], rows.bounds[1:] - 1
        sets = rows.code != REFRESH
        last = latest(sets)
        inside = last >= np.repeat(starts, np.diff(rows.bounds))
        after = np.where(inside, rows.code[last], self._mode[lane])
        things = np.where(inside, rows.object[last], self._origin[1][lane])
        before = shifted(after, self._mode[rows.lanes], starts)
        fresh = inside[ends]
        lanes, at = rows.lanes[fresh], last[ends][fresh]
        self._mode[lanes] = rows.code[at]
        for kept, new in zip(self._origin, (rows.word, rows.object, rows.place, rows.time), strict=True):
            kept[lanes] = new[at]
        return before, after, things

    def _store(self, rows: _Rows, mode: NDArray[np.uint8], things: Array) -> None:
        """Turns rows into spans and adds them to their lanes."""
        depth = self._depths(rows)
        top = self._tops(rows, depth)
        base, asleep = mode == BASE, mode == State.SLEEPING
        state = np.where(base, np.where(depth > 0, State.HOLDING, State.RUNNING).astype(np.uint8), mode)
        state[asleep & (depth > 0)] = State.HOLDING_ASLEEP
        state[(mode == State.WAIT_UNWATCHED) & (depth > 0)] = State.HOLDING
        holds = (state == State.HOLDING) | (state == State.HOLDING_ASLEEP)
        thing = np.where(holds, top, np.where(HAS_OBJECT[state], things, 0))
        speaks = np.flatnonzero((rows.code != REFRESH) | base | asleep | (mode == State.WAIT_UNWATCHED))
        columns = [values[speaks] for values in (rows.lane, rows.time, state, thing, rows.place)]
        steps = settle(columns[0], columns[1], columns[2:4], State.DIED)
        lane, *columns = (values[steps] for values in columns)
        if not len(lane):
            return
        starts = np.concatenate(([0], np.flatnonzero(lane[1:] != lane[:-1]) + 1))
        ends = [*starts[1:].tolist(), len(lane)]
        firsts = zip(*(values[starts].tolist() for values in columns), strict=True)
        for number, start, stop, first in zip(lane[starts].tolist(), starts.tolist(), ends, firsts, strict=True):
            one = self._steps.get(number)
            if one is None:
                one = self._steps[number] = self._empty()
            if stop - start == 1:
                one.add_row(*first)
            else:
                one.add(*(values[start:stop] for values in columns))

    def _depths(self, rows: _Rows) -> NDArray[np.int32]:
        """How many locks each thread holds after each row."""
        starts, lengths = rows.bounds[:-1], np.diff(rows.bounds)
        total = np.cumsum(rows.delta, dtype=np.int32)
        floor = self._depth[rows.lanes] - total[starts] + rows.delta[starts]
        depth = total + np.repeat(floor, lengths)
        if depth.min() < 0:  # gave back more than it got, which a lane must survive: count from nought again
            for number in np.flatnonzero(np.minimum.reduceat(depth, starts) < 0):
                part = depth[rows.bounds[number] : rows.bounds[number + 1]]
                part -= np.minimum(np.minimum.accumulate(part), 0)
        self._depth[rows.lanes] = depth[rows.bounds[1:] - 1]
        return depth

    def _tops(self, rows: _Rows, depth: NDArray[np.int32]) -> NDArray[np.uint32]:
        """The lock that each thread got last and still holds, after each row where it holds one."""
        starts, lengths = rows.bounds[:-1], np.diff(rows.bounds)
        got = latest(rows.delta > 0)
        top = np.where(got >= np.repeat(starts, lengths), rows.object[got], self._top[rows.lane]).astype(np.uint32)
        deep = np.maximum.reduceat(depth, starts) > 1
        nested = bool(self._held) or bool(deep.any())
        for number, lane in enumerate(rows.lanes.tolist() if nested else []):
            if deep[number] or lane in self._held:
                part = slice(rows.bounds[number], rows.bounds[number + 1])
                held = self._held.pop(lane, [int(self._top[lane])] if self._top[lane] else [])
                top[part], held = _lock_tops(held, rows.delta[part], depth[part], rows.object[part])
                if len(held) > 1:
                    self._held[lane] = held
        ends = rows.bounds[1:] - 1
        self._top[rows.lanes] = np.where(depth[ends] > 0, top[ends], 0)
        return top


def _lock_tops(
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
