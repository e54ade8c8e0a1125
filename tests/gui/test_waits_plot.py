"""The wait-for graph: who waits for whom at the cursor, cycles, where things stand, and when it is shown at all."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from engine.frame import Frame, Holders, Lane, Phase, State, Thing, View
from engine.frame.finding import Deadlock
from gui.plots.wait_graph.graph_painter import links, places
from gui.plots.wait_graph.wait_for_graph import WaitEdge, Worth, cycle, graph, middle, ring, sentences
from gui.plots.wait_graph.waits import WaitsPanel
from tests.gui import frames
from tests.gui.frames import changed

R, W, H, J = State.RUNNING, State.WAIT_LOCK, State.HOLDING, State.WAIT_JOIN
NS = 1_000_000_000


def _lane(number: int, name: str, rows: list[frames.Row]) -> Lane:
    return replace(frames.lane(number, name, rows), badge="M" if number == 1 else str(number - 1))


def _held(thing: int, name: str, rows: Sequence[tuple[float, int]]) -> Holders:
    starts = np.array([round(time * NS) for time, _ in rows], np.int64)
    return Holders(thing, name, starts, np.array([thread for _, thread in rows], np.uint16))


def deadlock(count: int = 2, asked: float = 0.3) -> Frame:
    """So many threads in a circle: each has its own lock and waits, from `asked` on, for the next one's."""
    main = _lane(1, "MainThread", [(0.0, R, 0, 1), (0.01, J, 2, 9)])
    team = [
        _lane(2 + n, f"Cook-{n + 1}", [(0.01, R, 0, 1), (0.02, H, 10 + n, 3), (asked, W, 10 + (n + 1) % count, 4)])
        for n in range(count)
    ]
    return changed(
        Frame(),
        number=1,
        scenario="deadlock",
        phase=Phase.RUNNING,
        now=2.0,
        lanes=(main, *team),
        holders=tuple(_held(10 + n, f"lock_{n}", [(0.02, 2 + n)]) for n in range(count)),
        things={10 + n: Thing(10 + n, "Lock", f"lock_{n}", 3) for n in range(count)},
    )


def test_that_a_deadlock_is_a_cycle_and_is_said_in_words() -> None:
    made = graph(deadlock())
    assert made.cycle == (2, 3)
    assert sentences(deadlock(), made) == (
        "Cook-1 waits for lock_1, held by Cook-2.",
        "Cook-2 waits for lock_0, held by Cook-1.",
        "Each waits for the next, and nobody can go on: a deadlock.",
        "MainThread waits for Cook-1 to end.",
    )


def test_that_the_cursor_decides_which_moment_is_shown() -> None:
    made = graph(replace(deadlock(), view=View(cursor=0.1)))
    assert made.cycle == ()
    assert made.holds == ((10, 2), (11, 3))
    assert [wait.thread for wait in made.waits] == [1]
    before = graph(replace(deadlock(), view=View(cursor=0.015)))
    assert before.holds == ()


def test_that_a_lock_that_was_given_back_is_held_by_nobody() -> None:
    frame = changed(deadlock(), holders=(_held(10, "lock_0", [(0.02, 2), (0.5, 0)]),))
    assert graph(frame).holds == ()


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([], ()),
        ([(2, 3)], ()),
        ([(2, 3), (3, 2)], (2, 3)),
        ([(1, 4), (4, 3), (3, 2), (2, 4)], (2, 4, 3)),
        ([(2, 2)], (2,)),
        ([(1, 2), (2, 3), (3, 0), (5, 6), (6, 5)], (5, 6)),
    ],
)
def test_that_a_cycle_is_found_from_its_least_thread_on(pairs: list[tuple[int, int]], found: tuple[int, ...]) -> None:
    assert cycle(WaitEdge(one, W, 9, other) for one, other in pairs) == found


@pytest.mark.parametrize("count", range(2, 9))
def test_that_a_cycle_of_threads_and_locks_goes_around_the_circle_in_its_order(count: int) -> None:
    order = ring(graph(deadlock(count)))
    wanted = [pair for n in range(count) for pair in (("thread", 2 + n), ("thing", 10 + (n + 1) % count))]
    assert list(order) == wanted


def test_that_onlookers_stand_inside_of_the_circle_and_those_who_hold_on_it() -> None:
    assert middle(graph(deadlock())) == (("thread", 1),)
    frame = deadlock()
    frame = changed(frame, holders=(*frame.recording.holders, _held(12, "third", [(0.0, 1)])))
    assert middle(graph(frame)) == ()


def test_that_threads_keep_their_places_while_the_deadlock_comes_about() -> None:
    threads = [
        [node for node in ring(graph(replace(deadlock(3), view=View(cursor=time)))) if node[0] == "thread"]
        for time in (0.015, 0.1, 0.5, None)
    ]
    assert all(order == threads[0] for order in threads)


def test_that_every_arrow_of_the_cycle_is_marked_and_no_other() -> None:
    arrows = links(graph(deadlock()))
    assert len([arrow for arrow in arrows if arrow.bad]) == 4
    assert [arrow.start for arrow in arrows if not arrow.bad] == [("thread", 1)]


def test_that_points_are_evenly_spaced_along_a_flat_ellipse() -> None:
    points = places(12, QRectF(0, 0, 600, 120))
    gaps = [(points[n] - points[n - 1]).manhattanLength() for n in range(12)]
    assert max(gaps) < 1.5 * min(gaps)


# when it is shown


def test_that_a_long_wait_is_worth_the_graph_and_stays_so() -> None:
    worth, frame = Worth(), deadlock(asked=0.3)
    assert not worth(changed(frame, now=0.5))
    assert worth(changed(frame, now=0.61))
    lanes = tuple(
        replace(lane, spans=frames.spans([(0.02, H, 10, 3), (0.3, W, 11, 4), (0.61, R, 0, 5), (0.7, R, 0, 5)]))
        for lane in frame.recording.lanes
    )
    assert worth(changed(frame, lanes=lanes, now=5.0))


def test_that_short_waits_are_not_and_that_another_run_begins_anew() -> None:
    worth = Worth()
    assert not worth(frames.small())
    assert worth(deadlock())
    rows = [(0.1 * n, (W, H)[n % 2], 10, 3) for n in range(20)]
    calm = changed(deadlock(), number=2, lanes=(_lane(2, "Cook-1", rows),))
    assert not worth(calm)
    assert not worth(changed(calm, number=1)), "another run of the same number"


def test_that_after_the_run_the_graph_is_there_only_for_a_moment_at_which_somebody_waits_long() -> None:
    worth, frame = Worth(), deadlock(asked=0.3)
    lanes = tuple(
        replace(lane, spans=frames.spans([(0.02, H, 10, 3), (0.3, W, 11, 4), (0.9, R, 0, 5)]))
        for lane in frame.recording.lanes
    )
    frame = changed(frame, lanes=lanes)
    assert worth(changed(frame, now=0.8)), "while it runs, the wait goes on"
    assert worth(changed(frame, now=1.9)), "nothing is taken away while it runs"
    ended = changed(frame, phase=Phase.ENDED)
    assert not worth(ended), "nobody waits at the end"
    assert not worth(replace(ended, view=View(cursor=0.1)))
    assert worth(replace(ended, view=View(cursor=0.5)))
    assert worth(replace(ended, view=View(cursor=1.5))), "it does not come and go under a cursor that is moved"
    assert not worth(ended)
    assert worth(changed(deadlock(), phase=Phase.ENDED)), "they wait for ever"


def test_that_a_deadlock_that_was_found_is_always_worth_it() -> None:
    found = Deadlock(cycle=(), line=4, time=0.3)
    assert Worth()(changed(Frame(), findings=(found,)))


def test_that_a_long_run_is_looked_at_once() -> None:
    worth, frame = Worth(), changed(frames.huge(), now=599.41)  # its last spans are short by then
    worth(frame)
    looked = dict(worth._looked)
    worth(frame)
    assert worth._looked == looked
    assert sum(looked.values()) > 1_000_000


# the panel


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize(("size", "compact"), [((944, 190), True), ((1368, 416), False)])
@pytest.mark.parametrize("count", [2, 5, 8])
def test_that_no_two_nodes_touch_and_all_are_inside(stand, size, compact, count, name) -> None:  # type: ignore[no-untyped-def]
    panel = stand(WaitsPanel, size, name=name, compact=compact)
    panel.draw(deadlock(count))
    panel.grab()
    drawing = panel.view.drawing
    assert drawing is not None
    boxes = list(drawing.boxes.values())
    assert len(boxes) == 2 * count + 1
    assert all(QRectF(panel.view.rect()).contains(box) for box in boxes)
    if count < 8 or not compact:
        assert not any(a.intersects(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert "a deadlock" in panel.view.accessibleDescription()


def test_that_the_card_says_which_moment_it_shows(stand) -> None:  # type: ignore[no-untyped-def]
    panel = stand(WaitsPanel, (944, 223), compact=True)
    panel.draw(deadlock())
    assert panel.moment.text() == "at the last moment"
    panel.draw(replace(deadlock(), view=View(cursor=0.1)))
    assert panel.moment.text() == "at the cursor, 0.10 s"
    assert panel.view.said == ("MainThread waits for Cook-1 to end.",)
