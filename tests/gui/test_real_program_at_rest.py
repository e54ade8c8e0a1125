"""The real program on a screen of its own: what a teacher does before anything runs. One program serves all."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest

from engine.scenarios import catalogue
from tests.gui.floor_plan import FloorPlan
from tests.gui.real_program import CARDS, CONTRAST, DARK, LIGHT, SCENARIOS, count, ground, open_lesson, see
from tests.gui.stage_screen import Pixels, Program, Screen, until

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="not applicable: Xvfb is the screen of a Linux without a monitor"
)


@pytest.fixture(scope="module")
def started(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """For the first time; each test leaves it as it was."""
    home = tmp_path_factory.mktemp("home")
    made = Program(screen, home)
    yield made
    screen.save(home / "screen.png")
    made.end()
    assert made.said() == "", "it has nothing to complain of"


@pytest.fixture(scope="module")
def plan(started: Program) -> Iterator[FloorPlan]:
    """Drawn while the program starts; goes along with it."""
    made = FloorPlan()
    made.open(SCENARIOS[0])
    started.fill_screen()
    yield made
    made.close()


@pytest.fixture
def program(started: Program, plan: FloorPlan) -> Program:
    """As large as the screen, with the first scenario open."""
    see(started, plan, "the window with the first scenario")
    return started


def test_that_a_click_in_the_list_opens_each_scenario(program: Program, plan: FloorPlan) -> None:
    for name in ("counter", "producer_consumer", "writer_reader", SCENARIOS[0]):
        open_lesson(program, plan, name)
        plan.open(name)
        see(program, plan, f"{name}, its program and its lesson")


def test_that_a_click_opens_a_page_and_another_one_a_program_again(program: Program, plan: FloorPlan) -> None:
    for name, cards in (("practices", ["lessons", "page"]), (SCENARIOS[0], list(CARDS))):
        open_lesson(program, plan, name)
        plan.open(name)
        see(program, plan, f"{name} and nothing else", cards)


def test_that_keys_open_each_scenario(program: Program, plan: FloorPlan) -> None:
    groups = [scenario.group for scenario in catalogue.load((catalogue.OWN_FOLDER,))]
    second = groups.index(list(dict.fromkeys(groups))[1])  # the first lesson of group 2
    steps = (("ctrl+2", second), ("ctrl+Next", second + 1), ("ctrl+1", 0), ("ctrl+1", 1), ("ctrl+Prior", 0))
    for key, at in steps:
        program.press(key)
        plan.open(SCENARIOS[at])
        see(program, plan, f"{SCENARIOS[at]} after {key}")


def test_that_the_theme_key_goes_through_all_themes_and_back(program: Program, plan: FloorPlan) -> None:
    assert ground(program, plan) == DARK.window
    program.press("t")
    until(lambda: ground(program, plan) == LIGHT.window, "a light ground")
    light = FloorPlan("light")
    light.open(SCENARIOS[0])
    see(program, light, "every card in the light theme")
    light.close()
    program.press("t")
    until(lambda: ground(program, plan) == CONTRAST.window, "a black ground")
    program.press("t")
    until(lambda: ground(program, plan) == DARK.window, "a dark ground")
    see(program, plan, "every card as it was")


def _height(pixels: Pixels, colour: str) -> int:
    """How high the letters of this colour are."""
    rows = np.flatnonzero(np.any(pixels == int(colour[1:], 16), axis=1))
    return int(rows[-1] - rows[0] + 1) if len(rows) else 0


def test_that_keys_make_the_text_larger_and_usual_again(program: Program, plan: FloorPlan) -> None:
    usual = _height(program.screen.grab(plan.box(plan.timeline.title)), DARK.text)
    program.press("ctrl+equal", "ctrl+equal")
    large = FloorPlan(scale=1.5)
    large.open(SCENARIOS[0])
    see(program, large, "every card with larger text")
    assert _height(program.screen.grab(large.box(large.timeline.title)), DARK.text) > usual > 0
    large.close()
    program.press("ctrl+0")
    see(program, plan, "every card as it was")


def test_that_the_question_mark_shows_all_keys_and_any_key_takes_them_away(program: Program, plan: FloorPlan) -> None:
    program.press("question")
    plan.theatre.driver.perform("help")
    plan.settle()
    see(program, plan, "the keys over the window")
    assert count(program.screen.grab(), DARK.line2) > 1000, "the key caps"
    program.press("x")
    plan.hide_keys()
    see(program, plan, "the window as it was")
