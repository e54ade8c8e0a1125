"""Pages in the real window, and the figures that are measured here and put into them."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication, QTextTable
from pytestqt.qtbot import QtBot

from engine.frame import Ended, Frame, Part, Phase
from engine.frame.finding import Missing, MissingLibrary
from engine.frame.trouble import ProgramRefused
from engine.scenarios import catalogue
from gui import actions
from gui.app import Theatre, assemble
from gui.panel import Course
from gui.panels.lessons import LEAST_ROW, Lessons
from gui.panels.trouble import TroubleBanner
from gui.theme.theme import make
from gui.view_state.window_settings import (
    Ledger,
    MeasuredResults,
    WindowLayout,
    WindowSettings,
    taken,
    understood,
    written,
)
from gui.widgets.markdown_view import MarkdownView
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import course

PROGRAM = """import time
TASKS = 2  # 1..9
def timed(way, seconds):
    time.sleep(seconds)
timed("slow", 0.2)
timed("fast", 0.05)
"""
TOML = 'title = "Measuring"\ngroup = "Work"\norder = 1\n[parts]\ncall = "timed"\nname = "way"\ntakes = "0.25"\n'
PAGE = "# What it took\n\nSlow: {measuring: slow}, {measuring: when}. [Go](demo:measuring?TASKS=3)\n"
DAY = "2026-11-22"


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path) -> Iterator[Theatre]:
    """A real window with a program that measures two parts, and a page that asks for them."""
    for name, files in {
        "measuring": {"program.py": PROGRAM, "scenario.toml": TOML, "lesson.md": "It measures."},
        "page": {"scenario.toml": 'page = true\ntitle = "A page"\ngroup = "The rules"\norder = 9\n', "lesson.md": PAGE},
    }.items():
        (tmp_path / name).mkdir()
        for file, text in files.items():
            (tmp_path / name / file).write_text(text)
    made = assemble(catalogue.load([tmp_path]))
    qtbot.addWidget(made.window)
    made.window.resize(1280, 720)
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    made.close()


def _panel(theatre: Theatre, name: str):  # type: ignore[no-untyped-def]
    return next(part.panel for part in theatre.driver.parts if part.info.id == name)


def _open(theatre: Theatre, qtbot: QtBot, name: str) -> None:
    theatre.controller.open(name)
    theatre.driver.start()
    theatre.driver.tick()
    qtbot.wait(1)


def test_that_a_page_is_the_text_large_in_the_middle_and_nothing_else(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "page")
    page = _panel(theatre, "page")
    assert page.isVisible()
    assert "What it took" in page.browser.toPlainText()
    assert page.width() > 0.85 * theatre.window.width()
    assert page.height() > 0.8 * theatre.window.height()
    for name in ("timeline", "code", "output", "knobs", "switches", "verdict", "lesson", "parts"):
        assert not _panel(theatre, name).widget.isVisible(), name


def test_that_a_program_after_a_page_has_all_its_panels_again(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "page")
    _panel(theatre, "page").browser.anchorClicked.emit(QUrl("demo:measuring?TASKS=3"))
    theatre.driver.tick()
    qtbot.wait(1)
    assert theatre.controller.course.current == "measuring"
    assert [knob.value for knob in theatre.driver.frame.program.knobs] == [3]
    assert not _panel(theatre, "page").isVisible()
    for name in ("timeline", "code", "output", "knobs", "verdict", "lesson"):
        widget = _panel(theatre, name).widget
        assert widget.isVisible(), name
        assert widget.height() > 20, name


def test_that_a_page_cannot_be_run_and_says_why(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "page")
    run = _panel(theatre, "toolbar").run
    assert not run.isEnabled()
    assert "nothing to run" in run.toolTip()
    theatre.controller.run()
    theatre.driver.tick()
    assert theatre.session.frame.run.number == 0
    _open(theatre, qtbot, "measuring")
    assert run.isEnabled()


def test_that_a_figure_stands_in_the_page_once_it_has_been_measured(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "page")
    text = _panel(theatre, "page").browser.toPlainText
    assert "Slow: \u2013, not measured yet - measure it" in text()
    theatre.controller.open("measuring")
    theatre.controller.run()
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.ENDED, timeout=20_000)
    _open(theatre, qtbot, "page")
    slow = theatre.driver.figures.kept["measuring"].seconds["slow"]
    assert 0.2 <= slow < 5.0
    assert f"Slow: {slow:.2f} s, measured on" in text()
    assert f"with Python {theatre.driver.figures.kept['measuring'].python}" in text()


def test_that_the_chart_of_parts_has_its_place_before_the_run_and_keeps_it(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "measuring")
    theatre.driver.stop()
    chart = _panel(theatre, "parts")
    assert chart.isVisible(), "it is what the scenario is about"
    part = Part(1, "slow", "", 0.0, 0.2)
    ended = changed(theatre.driver.frame, number=1, phase=Phase.ENDED, ended=Ended.FINISHED, parts=(part,), now=0.3)
    before = chart.geometry()
    for frame in (
        changed(ended, number=1, phase=Phase.RUNNING, ended=None, parts=(), now=0.1),
        ended,
        changed(ended, number=2, phase=Phase.STARTING, ended=None, parts=(), now=0.0),
    ):
        theatre.driver.draw(frame)
        qtbot.wait(1)
        assert chart.isVisible()
        assert chart.geometry() == before


# figures


def _measured(**more: object) -> Frame:
    parts = (Part(1, "threads", "computing", 0.0, 2.5), Part(2, "threads", "waiting", 2.5, 3.0, value=38.25))
    frame = changed(frames.small(), scenario="cpu_or_io", parts=parts, knobs=(), switches=())
    return changed(frame, **more)  # type: ignore[arg-type]


def test_that_a_whole_run_at_real_speed_is_kept_with_its_python_and_its_date() -> None:
    found = taken(_measured(), "MB", DAY)
    assert found == MeasuredResults(
        "3.11.7", DAY, "", {"computing, threads": 2.5, "waiting, threads": 0.5}, {"waiting, threads": "38.25 MB"}
    )


@pytest.mark.parametrize(
    "frame",
    [
        _measured(ended=Ended.STOPPED),
        _measured(phase=Phase.RUNNING, ended=None),
        _measured(parts=()),
        _measured(parts=(Part(1, "threads", "", 0.0, 2.5, speed=10.0),)),
        _measured(parts=(Part(1, "threads", "", 0.0, 2.5, speed=None),)),
        _measured(parts=(Part(1, "threads", "", 0.0, 2.5, error="ValueError: no"),)),
    ],
)
def test_that_no_other_run_is(frame: Frame) -> None:
    assert taken(frame, "", DAY) is None


def test_that_changed_settings_are_said_beside_the_figures() -> None:
    knobs = frames.small().program.knobs
    frame = _measured(knobs=(replace(knobs[0], value=7), *knobs[1:]))
    ledger = Ledger(today=lambda: DAY)
    assert ledger.watched(frame)
    assert (
        ledger.fill("{cpu_or_io: when}", ["cpu_or_io"])
        == "measured on 22 November 2026 with Python 3.11.7 and `ROUNDS=7`"
    )


def test_that_markers_become_figures_or_links_and_other_braces_stay() -> None:
    ledger = Ledger(today=lambda: DAY)
    assert ledger.watched(_measured(), "MB")
    assert not ledger.watched(_measured(), "MB"), "the same run is looked at once"
    text = "{cpu_or_io: computing, threads} {cpu_or_io: value of waiting, threads} {join: x} `{n: >3}` {dict}"
    link = "not measured yet - [measure it](demo:join?speed=1)"
    assert ledger.fill(text, ["cpu_or_io", "join"]) == f"**2.50 s** 38.25 MB {link} `{{n: >3}}` {{dict}}"
    for led in ("[join](demo:join?A=1)", link):
        asked = led if led != link else "{join: when}"
        assert ledger.fill("{join: x} " + asked, ["join"]) == f"\u2013 {led}", "one way to measure it is enough"


def test_that_figures_are_remembered_and_bad_ones_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    figures = MeasuredResults(
        "3.13.0", DAY, "A=1&lock=off", {'one "after" another, it\'s': 2.4123456789}, {"x, y": "1 MB"}
    )
    WindowSettings(file).save(WindowLayout(figures={"cpu_or_io": figures}))
    assert WindowSettings(file).load(actions.SCALES).figures == {"cpu_or_io": figures}
    assert understood(written(figures)) == figures
    for bad in ("", "7", "{}", '{"python": "3", "date": "", "settings": "", "seconds": 3, "values": {}}'):
        assert understood(bad) is None


# the list of lessons


def test_that_the_open_lesson_is_seen_in_a_long_list(stand) -> None:  # type: ignore[no-untyped-def]
    panel = stand(Lessons, (224, 500))

    infos = tuple(
        replace(course().scenarios[0], id=f"s{n}", title=f"Lesson {n}", group=f"Group {n // 3}") for n in range(27)
    )
    for current in ("s26", "s0", "s13"):
        panel.opened(Course(infos, scenario=next(one for one in infos if one.id == current)))
        panel.grab()
        panel.opened(Course(infos, scenario=next(one for one in infos if one.id == current)))
        row = next(row for row in panel.rows if row.info.id == current)
        assert not row.visibleRegion().isEmpty(), current
    assert all(row.height() == LEAST_ROW for row in panel.rows)


# what is missing

COMMAND = "/opt/python3.9/bin/python -m pip install joblib"
MISSING = Missing("joblib", "Python 3.9.18", COMMAND)


def test_that_a_missing_library_can_be_copied_as_a_command_also_when_the_run_went_on(stand) -> None:  # type: ignore[no-untyped-def]
    panel = stand(TroubleBanner, (900, 120))
    finding = MissingLibrary(missing=MISSING, line=6)
    panel.draw(changed(frames.small(), findings=(finding,)))
    assert panel.title.text() == "joblib is not installed in Python 3.9.18 (line 6)"
    assert panel.copy.isVisible()
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == COMMAND
    panel.draw(changed(frames.small(), trouble=ProgramRefused(error="SyntaxError: invalid syntax", line=1)))
    assert not panel.copy.isVisible()


def test_that_a_large_table_of_a_lesson_is_laid_out_once_and_not_for_each_cell(qtbot: QtBot) -> None:
    view = MarkdownView("Lesson")
    qtbot.addWidget(view)
    view.apply_theme(make("dark", compact=True))
    view.resize(256, 200)
    view.show()
    row = "|" + "|".join(["a few words"] * 20) + "|\n"
    began = time.thread_time()
    view.tell(row + "|" + "---|" * 20 + "\n" + row * 20, "", again=False)
    qtbot.wait(1)
    assert time.thread_time() - began < 3.0  # 0.1 s; cell by cell it is 15 s
    (table,) = (one for one in view.document().rootFrame().childFrames() if isinstance(one, QTextTable))
    assert (table.rows(), table.columns()) == (21, 20)
    assert table.cellAt(20, 19).format().toTableCellFormat().bottomBorder() == 1
