"""Every link of every lesson opens something, and every figure that a lesson asks for can be measured."""

import re

import pytest

from engine.explanations import collection
from engine.findings.lessons import LESSONS
from engine.scenarios import catalogue
from engine.scenarios.scenario import settings, speed
from engine.session.ordering import read_program
from engine.session.run_settings import RunSettings
from gui.controller import lesson
from gui.view_state.window_settings import MARKER, VALUE, WHEN
from gui.widgets import legend_symbols

LINK = re.compile(r"\]\(demo:([^)?\s]+)(?:\?([^)\s]*))?\)")
SCENARIOS = {one.id: one for one in catalogue.load((catalogue.OWN_FOLDER,))}
LINKS = [
    pytest.param(name, asked or "", id=f"{one.id}-{name}?{asked or ''}")
    for one in SCENARIOS.values()
    for name, asked in LINK.findall(lesson(one))
]
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)\)")
PICTURES = [
    pytest.param(one.folder, said, place, id=f"{one.id}-{place}")
    for one in SCENARIOS.values()
    for said, place in PICTURE.findall(one.lesson)
]
MARKERS = [
    pytest.param(name, part.strip(), id=f"{one.id}-{name}-{part}")
    for one in SCENARIOS.values()
    for name, part in MARKER.findall(one.lesson)
    if name in SCENARIOS
]
PRACTICES, MISTAKES = 10, 9


def test_that_every_shipped_scenario_can_be_opened():
    assert [one.error for one in SCENARIOS.values() if one.error] == []


@pytest.mark.parametrize(("name", "asked"), LINKS)
def test_that_a_link_of_a_lesson_opens_a_scenario_with_settings_that_it_takes(name, asked):
    assert name in SCENARIOS, f"there is no scenario {name}"
    found = SCENARIOS[name]
    knobs, switches = settings(asked)
    speed(asked)
    if found.page:
        assert not knobs
        assert not switches
        return
    text, trouble = read_program(found.program)
    assert trouble is None
    made = RunSettings(text)
    assert [made.set_knob(knob, value) for knob, value in knobs.items()] == [None] * len(knobs)
    assert set(switches) <= {one.name for one in made.switches}


EXPLAINED = [
    pytest.param(*one.lesson.partition("?")[::2], id=f"explanation-{one.id}")
    for one in collection.load([collection.RESOURCES / collection.NAME]).explanations
    if one.lesson
]


@pytest.mark.parametrize(("name", "asked"), EXPLAINED)
def test_that_the_lesson_of_an_explanation_is_there(name, asked):
    test_that_a_link_of_a_lesson_opens_a_scenario_with_settings_that_it_takes(name, asked)


@pytest.mark.parametrize("asked", LESSONS.values())
def test_that_the_lesson_of_a_finding_is_there(asked):
    test_that_a_link_of_a_lesson_opens_a_scenario_with_settings_that_it_takes(*asked.partition("?")[::2])


@pytest.mark.parametrize(("folder", "said", "place"), PICTURES)
def test_that_a_picture_of_a_lesson_is_there_and_can_be_read_aloud(folder, said, place):
    assert said
    if place.startswith(f"{legend_symbols.SCHEME}:"):
        assert place.removeprefix(f"{legend_symbols.SCHEME}:") in legend_symbols.NAMES
    else:
        assert (folder / place).is_file()


def test_that_the_practices_and_the_mistakes_are_all_there_each_with_a_link():
    text = SCENARIOS["practices"].lesson
    first, second = text.split("## Ten practices")[1].split("## Nine mistakes")
    for part, count in ((first, PRACTICES), (second, MISTAKES)):
        rows = re.findall(r"^\d+\. .*$", part, re.MULTILINE)
        assert len(rows) == count
        assert all(LINK.search(row) for row in rows)


@pytest.mark.parametrize(("name", "part"), MARKERS)
def test_that_a_figure_that_a_lesson_asks_for_is_a_part_of_that_program(name, part):
    found = SCENARIOS[name]
    assert found.parts is not None, f"{name} measures nothing"
    text = read_program(found.program)[0]
    words = [] if part == WHEN else part.removeprefix(VALUE).split(", ")
    missing = [word for word in words if word not in text]
    assert missing == []


def test_that_the_page_of_figures_prints_no_constants():
    text = SCENARIOS["which"].lesson
    assert not re.search(r"\d+[.,]\d+ s\b", text)
    assert len(MARKER.findall(text)) >= 10
