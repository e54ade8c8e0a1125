"""The wait-for graph: who waits for whom at the cursor, cycles, and where nodes and arrows stand."""

import itertools
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter, QPainterPath

from bench._painted_texts import written
from engine.frame import Frame, Holders, Lane, Phase, Program, Result, State, Tasks, Thing, View
from engine.frame.finding import Deadlock
from engine.protocol.hidden_wait import HiddenWaitFact
from gui.plots.wait_graph.graph_painter import Dash, dash_of, rounded
from gui.plots.wait_graph.graph_words import sentences, thing_name
from gui.plots.wait_graph.layered_layout import label_at, places, ranks, routes
from gui.plots.wait_graph.signs import Sign, draw_sign, sign_of
from gui.plots.wait_graph.wait_for_graph import MOST, Link, Node, WaitEdge, cycle, graph
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
        "Each waits for the next: a deadlock.",
        "Cook-1 waits for lock_1, held by Cook-2.",
        "Cook-2 waits for lock_0, held by Cook-1.",
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


def test_that_nodes_keep_their_places_while_the_deadlock_comes_about() -> None:
    shown = [graph(replace(deadlock(3), view=View(cursor=time))) for time in (0.015, 0.1, 0.5, None)]
    assert {(made.threads, made.things) for made in shown} == {((1, 2, 3, 4), (10, 11, 12))}


def test_that_of_many_threads_those_of_the_cycle_are_shown() -> None:
    frame = deadlock(3)
    crowd = [_lane(100 + n, f"Guest-{n}", [(0.0, R, 0, 1)]) for n in range(40)]
    made = graph(changed(frame, lanes=(*crowd, *frame.recording.lanes)))
    assert {2, 3, 4} <= set(made.threads)
    assert len(made.threads) == MOST


def test_that_every_arrow_of_the_cycle_is_marked_and_no_other() -> None:
    arrows = graph(deadlock()).links
    assert len([arrow for arrow in arrows if arrow.bad]) == 4
    assert [arrow.start for arrow in arrows if not arrow.bad] == [("thread", 1)]


# where they stand


Points = NDArray[np.float64]


def _near(points: Points, box: QRectF) -> float:
    """Pixels from the nearest of these points to a box, 0 inside of it."""
    x, y = points.T
    dx = np.maximum(np.maximum(box.left() - x, x - box.right()), 0)
    dy = np.maximum(np.maximum(box.top() - y, y - box.bottom()), 0)
    return float(np.sqrt(np.min(dx * dx + dy * dy)))


def _points(path: QPainterPath) -> Points:
    """Sixty steps along a path, all of its corners, and both of its ends."""
    (line,) = path.toSubpathPolygons()
    corners = np.array([(corner.x(), corner.y()) for corner in line])
    gone = np.concatenate(([0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))))
    at = np.sort(np.concatenate((gone, np.linspace(0, gone[-1], 61))))
    return np.column_stack((np.interp(at, gone, corners[:, 0]), np.interp(at, gone, corners[:, 1])))


def _random_graph(chance: random.Random) -> tuple[list[Node], list[Node], list[Link]]:
    """Up to seven nodes: each thread waits for one thing, for one other thread, or for nobody; things are held."""
    count = chance.randint(1, 7)
    team = chance.randint(1, count)
    threads: list[Node] = [("thread", 1 + n) for n in range(team)]
    things: list[Node] = [("thing", 10 + n) for n in range(count - team)]
    found = []
    for one in threads:
        ends = [node for node in (*threads, *things) if node != one]
        if ends and chance.random() < 0.8:
            found.append(Link(one, chance.choice(ends), wait=True, bad=chance.random() < 0.3))
    found += [Link(one, chance.choice(threads), wait=False, bad=False) for one in things if chance.random() < 0.8]
    return threads, things, found


def test_that_no_arrow_comes_near_a_node_that_is_not_its_end() -> None:
    chance, looked, nearest = random.Random(8), 0, math.inf
    while looked < 5_000:
        threads, things, arrows = _random_graph(chance)
        area = QRectF(0, 0, chance.randint(240, 1800), chance.randint(80, 900))
        high = chance.choice((20, 27, 36, 54))
        rows = ranks(area, high, len(threads) > 1, bool(things), tight=chance.random() < 0.5)
        if rows is None:
            continue
        looked += 1
        wide = {node: float(chance.randint(30, 260)) for node in (*threads, *things)}
        boxes = places(rows, threads, things, wide, even=chance.random() < 0.5)
        assert all(area.contains(box) for box in boxes.values())
        for arrow, route in zip(arrows, routes(arrows, boxes), strict=True):
            points = _points(rounded(route))
            assert _near(points[:1], boxes[arrow.start]) < 0.5
            assert _near(points[-1:], boxes[arrow.end]) < 0.5
            foreign = [box for node, box in boxes.items() if node not in (arrow.start, arrow.end)]
            nearest = min([nearest, *(_near(points, box) for box in foreign)])
    assert nearest >= 6.0


def test_that_a_rank_with_room_for_all_names_cuts_none_and_one_without_shares_it_evenly() -> None:
    area = QRectF(0, 0, 600, 100)
    rows = ranks(area, 20, joins=False, things=False)
    assert rows is not None
    nodes: list[Node] = [("thread", n) for n in range(6)]
    for widest, cut in ((140.0, False), (240.0, True)):
        wide = dict.fromkeys(nodes, 78.0) | {nodes[0]: widest}
        boxes = places(rows, nodes, [], wide, even=False)
        assert any(box.width() < wide[node] for node, box in boxes.items()) is cut
        assert all(area.contains(box) for box in boxes.values())
        assert not any(a.intersects(b) for a, b in itertools.pairwise(boxes.values()))


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
    assert not any(a.intersects(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert "a deadlock" in panel.view.accessibleDescription()


def test_that_the_card_says_which_moment_it_shows(stand) -> None:  # type: ignore[no-untyped-def]
    panel = stand(WaitsPanel, (944, 223), compact=True)
    panel.draw(deadlock())
    assert panel.moment.text() == "at the last moment"
    panel.draw(replace(deadlock(), view=View(cursor=0.1)))
    assert panel.moment.text() == "at the cursor, 0.10 s"
    assert panel.view.said == ("MainThread waits for Cook-1 to end.",)


# what else is waited for


SEMAPHORE, QUEUE, EVENT, TASK = 20, 21, 22, 7


def _waits(number: int, name: str, state: State, thing: int, line: int = 1) -> Lane:
    return _lane(number, name, [(0.0, R, 0, 1), (0.1, state, thing, line)])


def _frame(*lanes: Lane, **parts: object) -> Frame:
    made = {SEMAPHORE: ("Semaphore", "slots"), QUEUE: ("Queue", "jobs"), EVENT: ("Event", "ready")}
    things = {one: Thing(one, *words, 3) for one, words in made.items()}
    return changed(Frame(), number=1, now=1.0, phase=Phase.RUNNING, lanes=lanes, things=things, **parts)


def test_that_a_result_leads_over_its_task_to_who_does_it() -> None:
    lane = np.array([2], np.uint16)
    begun = Tasks(np.array([TASK], np.uint32), lane, np.array([0]), np.array([-1]), np.zeros(1, bool), {TASK: "save()"})
    frame = _frame(_waits(1, "MainThread", State.WAIT_RESULT, TASK), _lane(2, "Pool-0", [(0.0, R, 0, 1)]), tasks=begun)
    made = graph(frame)
    assert [(link.start, link.end, dash_of(link)) for link in made.links] == [
        (("thread", 1), ("thing", -TASK), Dash.WAIT),
        (("thing", -TASK), ("thread", 2), Dash.WORK),
    ]
    assert sentences(frame, made) == ("MainThread waits for the result of save(), which Pool-0 does.",)
    assert sign_of(frame, -TASK) is Sign.TASK


def test_that_a_result_of_no_known_task_is_said_without_a_name_and_without_a_beginning() -> None:
    frame = _frame(_waits(1, "main()", State.WAIT_RESULT, TASK))
    assert sentences(frame, graph(frame)) == ("main() waits for a result.",)
    assert thing_name(frame, -TASK) == "a result"


def test_that_threads_of_one_name_are_told_apart_by_their_badges() -> None:
    frame = _frame(_waits(1, "MainThread", J, 3), _waits(2, "load", State.WAIT_EVENT, EVENT), _waits(3, "load", J, 2))
    assert sentences(frame, graph(frame)) == (
        "MainThread waits for load (2) to end.",
        "load (1) waits until ready is set.",
        "load (2) waits for load (1) to end.",
    )


def test_that_a_lock_that_no_facade_made_is_in_the_circle() -> None:
    left = _lane(2, "Left", [(0.0, R, 0, 1), (0.1, W, 10, 4)])
    right = _lane(3, "Right", [(0.0, H, 10, 1)])
    fact = HiddenWaitFact(3, 30, 2, 0, 100_000_000, library="logging", of="Slow")
    things = {10: Thing(10, "Lock", "mine", 3), 30: Thing(30, "Lock", "Slow.lock", 0)}
    frame = changed(
        Frame(),
        number=1,
        now=1.0,
        phase=Phase.RUNNING,
        lanes=(left, right),
        holders=(_held(10, "mine", [(0.0, 3)]),),
        things=things,
        hidden=(fact,),
    )
    assert graph(frame).cycle == (2, 3)
    assert "Right waits for Slow.lock, held by Left." in sentences(frame, graph(frame))
    assert graph(replace(frame, view=View(cursor=0.05))).cycle == ()


def test_that_a_circle_through_a_queue_is_shown_as_its_finding_tells_it() -> None:
    main, worker = _waits(1, "MainThread", State.WAIT_QUEUE, QUEUE, 2), _waits(2, "worker", State.WAIT_SEMAPHORE, 20)
    frame = _frame(main, worker, program=Program(ran="import queue\njobs.join()\n"))
    assert graph(frame).cycle == ()
    told = replace(frame, result=Result((Deadlock(cycle=(), threads=(1, 2), time=0.1),)))
    made = graph(told)
    assert (made.cycle, made.work, made.holds) == ((1, 2), ((QUEUE, 2),), ((SEMAPHORE, 1),))
    assert all(link.bad for link in made.links)
    assert [link.call for link in made.links if link.wait] == ["join", "acquire"]
    assert "MainThread waits until the tasks of jobs are done, which worker does." in sentences(told, made)


def test_that_each_kind_of_thing_has_its_sign_and_is_drawn(stand) -> None:  # type: ignore[no-untyped-def]
    frame = _frame(_waits(1, "MainThread", State.WAIT_EVENT, EVENT))
    assert [sign_of(frame, one) for one in (SEMAPHORE, QUEUE, EVENT)] == [Sign.SEMAPHORE, Sign.QUEUE, Sign.EVENT]
    panel = stand(WaitsPanel, (944, 223), compact=True)
    panel.draw(frame)
    panel.grab()
    assert panel.view.said == ("MainThread waits until ready is set.",)
    image = QImage(24 * len(Sign), 24, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    for number, sign in enumerate(Sign):
        draw_sign(painter, "#ffffff", QRectF(24 * number, 0, 24, 24), sign)
    painter.end()
    shown = [image.copy(24 * number, 0, 24, 24) for number in range(len(Sign))]
    assert all(one != other for one, other in itertools.combinations(shown, 2))


def test_that_of_a_result_it_is_said_that_it_is_not_begun_only_where_that_is_known() -> None:
    def said(tasks: Tasks, worker: State = R, cursor: float | None = None) -> str:
        done = _lane(2, "Pool-0", [(0.0, R, 0, 1), (0.5, worker, 0, 1)])
        frame = _frame(_waits(1, "MainThread", State.WAIT_RESULT, TASK), done, tasks=tasks)
        frame = replace(frame, view=replace(frame.view, cursor=cursor))
        return sentences(frame, graph(frame))[0]

    def of(ids: list[int], end: int, groups: dict[int, int] | None = None) -> Tasks:
        count = len(ids)
        lanes, starts, ends = np.full(count, 2, np.uint16), np.full(count, NS // 4), np.full(count, end)
        names = {TASK: "save()"}
        return Tasks(np.array(ids, np.uint32), lanes, starts, ends, np.zeros(count, bool), names, groups=groups or {})

    assert said(of([], -1)) == "MainThread waits for the result of save(), not begun yet."
    assert said(of([TASK], -1), cursor=0.2) == "MainThread waits for the result of save(), not begun yet."
    assert said(of([TASK], -1)) == "MainThread waits for the result of save(), which Pool-0 does."
    plainly = "MainThread waits for the result of save()."
    assert said(of([TASK], NS // 2)) == plainly, "it has ended"
    assert said(of([TASK], -1), State.DIED) == plainly, "who did it is dead"
    assert said(of([TASK + 1], -1, {TASK: TASK, TASK + 1: TASK})) == plainly, "a call such as map has many tasks"


def test_that_labels_of_arrows_that_cross_stand_apart_and_upon_no_other_arrow() -> None:
    size, taken = QSizeF(50, 16), list[QRectF]()
    down = tuple(QPointF(*at) for at in ((100, 0), (100, 10), (300, 190), (300, 200)))
    up = tuple(QPointF(*at) for at in ((300, 0), (300, 10), (100, 190), (100, 200)))
    for route, other in ((down, up), (up, down)):
        box = label_at(route, size, [other], taken)
        assert box is not None
        assert _near(_points(rounded(route)), box) < 2.0, "it stands upon its own arrow"
        assert _near(_points(rounded(other)), box) > 0.0, "and beside the other one"
        taken.append(box)
    assert not taken[0].intersects(taken[1])
    assert label_at(down, size, [], [QRectF(0, 0, 400, 200)]) is None, "there is no place"


@pytest.mark.parametrize("high", [70, 90, 110, 130, 400])
def test_that_of_sentences_without_room_it_is_said_how_many_there_are(
    stand: Callable[..., WaitsPanel], high: int
) -> None:
    panel = stand(WaitsPanel, (1600, high + 40), compact=True)
    panel.draw(deadlock(6))
    panel.grab()
    texts = [one.text for one in written(panel)]
    told = [one for one in panel.view.said if one in texts]
    more = [one for one in texts if one.endswith(" more")]
    assert more == ([f"and {len(panel.view.said) - len(told)} more"] if len(told) < len(panel.view.said) else [])
    assert not any(one.endswith("\u2026") for one in texts if "lock" not in one)


def test_that_the_graph_is_drawn_where_a_window_of_1280_by_720_leaves_it_little_height(
    stand: Callable[..., WaitsPanel],
) -> None:
    panel = stand(WaitsPanel, (942, 137), compact=True)
    panel.draw(deadlock())
    panel.grab()
    drawing = panel.view.drawing
    assert drawing is not None
    assert {kind for kind, _ in drawing.boxes} == {"thread", "thing"}
    view = QRectF(panel.view.rect())
    routed = routes(drawing.links, drawing.boxes)
    assert all(view.contains(point) for route in routed for point in route), "and no arrow leaves it"
