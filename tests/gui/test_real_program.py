"""The real program on a screen of its own, as a teacher uses it: real clicks, real keys, and a look at the pixels."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QRect

from engine.frame import State
from gui.theme import theme
from tests.gui.floor_plan import FloorPlan
from tests.gui.real_program import CARDS, DARK, LIGHT, SCENARIOS, count, ground, open_lesson, see
from tests.gui.stage_screen import LOOK, PATIENCE, Pixels, Program, Screen, missing_tools, until

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="not applicable: Xvfb is the screen of a Linux without a monitor"
)
STILL = 0.4  # seconds without a change that make a standstill
LABEL = 100  # pixels that a flip's label is wide at most
RULE = 2  # pixels of a rule's width
LOOKS = theme.make("dark", compact=False).looks


@pytest.fixture
def started(screen: Screen, tmp_path: Path) -> Iterator[Program]:
    """For the first time; its window is not waited for. What the screen shows at the end is kept as a picture."""
    made = Program(screen, tmp_path)
    yield made
    screen.save(tmp_path / "screen.png")
    made.end()
    assert made.said() == "", "it has nothing to complain of"


@pytest.fixture
def plan(started: Program) -> Iterator[FloorPlan]:
    """Drawn while the program starts."""
    made = FloorPlan()
    made.open(SCENARIOS[0])
    yield made
    made.close()


@pytest.fixture
def program(started: Program, plan: FloorPlan) -> Program:
    """As large as the screen, with the first scenario open."""
    started.fill_screen()
    see(started, plan, "the window with the first scenario")
    return started


def _filled(program: Program, box: QRect, colour: str) -> bool:
    """Whether the ground of a control has this colour."""
    return count(program.screen.grab(box), colour) > box.width() * box.height() / 4


def _runs(program: Program, plan: FloorPlan) -> bool:
    """Whether Stop can be pressed: only then it has a ground."""
    return _filled(program, plan.box(plan.toolbar.stop), DARK.raised)


def _moves(program: Program, box: QRect) -> bool:
    """Whether something changes there before it counts as a standstill."""
    before, deadline = program.screen.grab(box), time.monotonic() + STILL
    while time.monotonic() < deadline:
        if not np.array_equal(before, program.screen.grab(box)):
            return True
        time.sleep(LOOK)
    return False


def _race(program: Program, plan: FloorPlan) -> QRect:
    """Runs the counter race a fifth as fast until one adder waits for the other; returns where the lanes are."""
    plan.run("counter")
    open_lesson(program, plan, "counter")
    program.press("minus", "minus", "space")
    lanes = plan.lanes()
    until(lambda: count(program.screen.grab(lanes), LOOKS[State.WAIT_LOCK].fill) > 100, "an adder that waits")
    return lanes


def _stages(program: Program) -> list[psutil.Process]:
    """The processes in which programs run, or will run; others only ask an interpreter what it is."""
    return [one for one in program.family() if any("stage" in Path(word).parts for word in _command(one))]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []  # it has ended meanwhile


def _gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _rules(pixels: Pixels, colour: str) -> list[int]:
    """The columns in which more than half is of this colour: dashed rules."""
    share = np.mean(pixels == int(colour[1:], 16), axis=0)
    return [int(x) for x in np.flatnonzero(share > 0.5)]


def test_that_there_is_a_screen_to_test_on() -> None:
    assert not missing_tools(), missing_tools()


def _see_in(program: Program, lanes: QRect, state: State) -> None:
    fill = LOOKS[state].fill
    until(lambda: count(program.screen.grab(lanes), fill) > 100, f"{state.name} in a lane")


def _see_growth(program: Program, lanes: QRect) -> None:
    until(lambda: _moves(program, lanes), "lanes that grow")


def test_that_space_runs_each_scenario_and_its_lanes_grow(program: Program, plan: FloorPlan) -> None:
    for name, states in (
        ("writer_reader", {State.WAIT_EVENT, State.SLEEPING, State.WAIT_JOIN}),
        ("counter", {State.HOLDING, State.WAIT_LOCK, State.WAIT_JOIN}),
        ("producer_consumer", {State.SLEEPING, State.WAIT_QUEUE, State.WAIT_JOIN}),
    ):
        plan.run(name)
        lanes = plan.lanes()
        open_lesson(program, plan, name)
        program.press("0", "minus", "space")
        for state in states:
            _see_in(program, lanes, state)
        _see_growth(program, lanes)
        assert _runs(program, plan)
        program.press("Escape")
        until(lambda: not _runs(program, plan), "the end of the run")


def test_that_the_lock_can_be_flipped_while_it_runs(program: Program, plan: FloorPlan) -> None:
    lanes = _race(program, plan)
    row = plan.switch("lock")
    toggle, above = plan.box(row.toggle), lanes.translated(0, -plan.above_lanes())
    above.setHeight(plan.above_lanes())
    above.setLeft(above.left() - LABEL)  # that of an early flip stands half before the lanes
    assert _filled(program, toggle, DARK.accent)
    assert _rules(program.screen.grab(lanes), DARK.text) == []
    assert count(program.screen.grab(above), DARK.text) == 0
    program.press("l")
    until(lambda: _filled(program, toggle, DARK.sunken), "the switch, off")
    until(lambda: len(_rules(program.screen.grab(lanes), DARK.text)) == RULE, "the rule where the lock went off")
    until(lambda: count(program.screen.grab(above), DARK.text) > 1000, "its label")
    until(lambda: count(program.screen.grab(lanes), DARK.lost) > 100, "updates that get lost")
    assert _runs(program, plan)
    program.click(toggle)
    until(lambda: _filled(program, toggle, DARK.accent), "the switch, on again")
    until(lambda: len(_rules(program.screen.grab(lanes), DARK.text)) == 2 * RULE, "the rule where it went on again")


def test_that_pause_stops_everything_and_resume_lets_it_go_on(program: Program, plan: FloorPlan) -> None:
    lanes = _race(program, plan)
    (stage,) = _stages(program)
    until(lambda: _moves(program, lanes), "lanes that grow")
    program.press("p")
    until(lambda: stage.status() == psutil.STATUS_STOPPED, "a process that is suspended")
    until(lambda: not _moves(program, lanes), "a picture that stands")
    assert stage.status() == psutil.STATUS_STOPPED
    program.press("p")
    until(lambda: _moves(program, lanes), "a picture that moves again")
    assert stage.status() != psutil.STATUS_STOPPED


def test_that_escape_stops_the_run_and_ends_its_process(program: Program, plan: FloorPlan) -> None:
    lanes = _race(program, plan)
    (stage,) = _stages(program)
    program.press("Escape")
    until(lambda: not _runs(program, plan) and _gone(stage), "the end of the run")
    until(lambda: not _moves(program, lanes), "a picture that stands")
    assert count(program.screen.grab(lanes), LOOKS[State.WAIT_LOCK].fill) > 100, "what was recorded stays"


def test_that_the_buttons_do_what_their_keys_do(program: Program, plan: FloorPlan) -> None:
    bar = plan.toolbar
    program.click(plan.box(bar.run))
    until(lambda: _runs(program, plan), "a run")
    (stage,) = _stages(program)
    program.click(plan.box(bar.pause))
    until(lambda: stage.status() == psutil.STATUS_STOPPED, "a process that is suspended")
    program.click(plan.box(bar.stop))
    until(lambda: not _runs(program, plan) and _gone(stage), "the end of the run")
    program.click(plan.box(bar.look))
    until(lambda: ground(program, plan) == LIGHT.window, "the light theme")


def test_that_a_reader_who_comes_too_early_is_marked_in_vermilion(program: Program, plan: FloorPlan) -> None:
    plan.run("writer_reader", "file_ready")
    toggle = plan.box(plan.switch("file_ready").toggle)
    reader, writer = plan.lane("Reader"), plan.lane("Writer")
    open_lesson(program, plan, "writer_reader")
    program.press("e")
    until(lambda: _filled(program, toggle, DARK.sunken), "the event, off")
    program.press("space")
    until(lambda: count(program.screen.grab(reader), DARK.lost) > 50, "the mark in the reader's lane")
    until(lambda: count(program.screen.grab(writer), LOOKS[State.SLEEPING].fill) > 100, "a writer who lives on")
    until(lambda: not _runs(program, plan), "the end of the run")
    assert count(program.screen.grab(writer), DARK.lost) == 0
    code = plan.box(plan.panel("code"))
    until(lambda: count(program.screen.grab(code), DARK.lost_text) > 100, "what went wrong below the line that failed")


@pytest.mark.parametrize("keys", [(), ("space",), ("space", "p")], ids=["at once", "while it runs", "while it rests"])
def test_that_closing_leaves_no_process_and_no_file(program: Program, plan: FloorPlan, keys: tuple[str, ...]) -> None:
    program.press(*keys) if keys else None
    if "space" in keys:
        until(lambda: _runs(program, plan), "a run")
    if "p" in keys:
        until(lambda: any(one.status() == psutil.STATUS_STOPPED for one in _stages(program)), "a suspended process")
    family = program.family()
    assert any(program.scratch.iterdir())
    program.ask_to_close()
    assert program.process.wait(PATIENCE) == 0
    assert [one for one in family if not _gone(one)] == []
    assert list(program.scratch.iterdir()) == []


def test_that_the_next_start_looks_as_the_last_one_ended(program: Program, plan: FloorPlan) -> None:
    program.press("t", "ctrl+Next", "ctrl+equal", "ctrl+equal")
    changed = FloorPlan("light", 1.5)
    changed.open(SCENARIOS[1])
    see(program, changed, "the second lesson, light and large")
    program.place(QRect(60, 50, 1700, 1000))
    until(lambda: program.place_now() == QRect(60, 50, 1700, 1000), "a window that is moved and smaller")
    program.ask_to_close()
    assert program.process.wait(PATIENCE) == 0
    program.start()
    program.find()
    until(lambda: program.place_now() == QRect(60, 50, 1700, 1000), "the window in the same place")
    program.fill_screen()
    see(program, changed, "it light and large once more", [name for name in CARDS if name != "lessons"])
    changed.close()
