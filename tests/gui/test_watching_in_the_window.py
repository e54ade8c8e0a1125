"""The whole window with a program of one's own: what is watched by guess, by choice, through a run, and refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bench.still import watched
from engine.frame import Ended
from engine.scenarios import catalogue
from gui.app import Theatre, assemble
from gui.panels.code import Code
from gui.plots.over_time.watched import WatchedCard

COUNTS = """import threading, time
total = 0
class Account:
    def __init__(self):
        self.balance = 0.5
account = Account()
def work():
    global total
    for n in range(20):
        total += 1
        account.balance *= 1.5
        time.sleep(0.005)
crew = [threading.Thread(target=work) for _ in range(2)]
for one in crew: one.start()
for one in crew: one.join()
"""


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path) -> Iterator[Theatre]:
    (tmp_path / "counts.py").write_text(COUNTS)
    (tmp_path / "plain.py").write_text("print('no threads')\n")
    made = assemble(tuple(catalogue.from_file(tmp_path / name) for name in ("counts.py", "plain.py")))
    qtbot.addWidget(made.window)
    made.window.resize(1280, 720)
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    made.close()


def open_(theatre: Theatre, name: str) -> None:
    theatre.controller.open(name)
    theatre.driver.tick()


def card(theatre: Theatre) -> WatchedCard:
    found = next(part.panel for part in theatre.driver.parts if part.info.id == "watched")
    assert isinstance(found, WatchedCard)
    return found


def test_that_the_likeliest_value_has_its_page_before_the_run_and_nothing_moves_in_it(theatre: Theatre) -> None:
    open_(theatre, "counts.py")
    assert card(theatre).isVisible()
    assert card(theatre).subtitle.text() == "watched by guess"
    assert watched(theatre) == {}
    assert theatre.session.frame.run.ended is Ended.FINISHED
    (series,) = theatre.session.frame.recording.watched
    assert (series.name, series.values[-1]) == ("total", 40)
    item = card(theatre).view.items_shown[0]
    assert item.getData()[1].max() == 40


def test_that_a_program_with_nothing_to_guess_has_no_page(theatre: Theatre) -> None:
    open_(theatre, "plain.py")
    assert theatre.session.frame.program.watches == ()
    assert not card(theatre).isVisible()


def test_that_a_wish_turns_to_the_page_and_marks_the_text_and_a_second_one_takes_it_back(theatre: Theatre) -> None:
    open_(theatre, "counts.py")
    theatre.controller.watch("self.balance", True)
    theatre.driver.tick()
    assert theatre.session.frame.program.watches == ("total", "Account.balance")
    assert theatre.controller.panels.now.page == "watched"
    code = next(part.panel for part in theatre.driver.parts if part.info.id == "code")
    assert isinstance(code, Code)
    assert code.pointing._marks is not None
    lines = {target.line for target, _ in code.pointing._marks.marks}
    assert lines == {2, 5, 8, 10}
    theatre.controller.watch("Account.balance", False)
    theatre.controller.watch("total", False)
    theatre.driver.tick()
    assert theatre.session.frame.program.watches == ()
    assert card(theatre).isVisible(), "a tab does not go again, and its field is there for another value"
    assert card(theatre).bar.chips == []


def test_that_what_cannot_be_watched_is_said_in_the_window(theatre: Theatre) -> None:
    open_(theatre, "counts.py")
    theatre.controller.watch("n", True)
    theatre.driver.tick()
    notice = theatre.session.frame.view.notice
    assert notice is not None
    assert "n is not watched" in repr(notice)
    assert "inside a function" in repr(notice)
    assert theatre.session.frame.program.watches == ("total",)


def test_that_another_program_has_watches_of_its_own(theatre: Theatre) -> None:
    open_(theatre, "counts.py")
    theatre.controller.watch("account.balance", True)
    open_(theatre, "plain.py")
    assert theatre.session.frame.program.watches == ()
    open_(theatre, "counts.py")
    assert theatre.session.frame.program.watches == ("total",)
