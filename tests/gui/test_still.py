"""Nothing of the window moves from Run to the end of a run, whatever the run brings."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from bench.still import watched
from engine.scenarios import catalogue
from gui.app import Theatre, assemble

THEIRS = ("chip", "lane", "lock", "legend")  # inside the timeline


@pytest.fixture
def theatre(qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[Theatre]:
    made = assemble(catalogue.load())
    qtbot.addWidget(made.window)
    made.window.resize(*request.param)
    made.window.show()
    yield made
    made.close()


@pytest.mark.parametrize("theatre", [(1280, 720), (1920, 1080)], indirect=True)
@pytest.mark.parametrize(
    ("scenario", "settings"),
    [
        ("deadlock", "ORDER=opposite&PACE=40"),
        ("exceptions", ""),
        ("backtest", "DAYS=2000&RANGES=2"),
        ("too_many", "MOST=64&TASKS=60"),
        ("counter", "lock=off"),
    ],
)
def test_that_no_panel_moves_while_a_program_runs(theatre: Theatre, scenario: str, settings: str) -> None:
    theatre.controller.open(scenario, settings)
    theatre.controller.speed(20)
    moved = watched(theatre)
    assert theatre.session.frame.run.number == 1
    assert {what: far for what, far in moved.items() if not what.startswith(THEIRS)} == {}
