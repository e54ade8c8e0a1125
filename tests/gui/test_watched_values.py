"""Watching a value in the window: pointing at its name, the field and the chips, the strips with their numbers."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.frame import Frame, Program, Recording, RunState, Series, View
from engine.protocol.messages import NoWatch, WatchFact
from gui.panels.code import Code
from gui.plots.common.scale import NS, make_scale
from gui.plots.over_time.series import Growing, number_at
from gui.plots.over_time.watched import PANEL, WatchedCard
from gui.view_state.watch_strips import bounds, number_text, shape, shorter, strips
from tests.gui.alone import settle, shown_alone
from tests.gui.recorded_commands import RecordedCommands

TEXT = """import threading
total = 0
items = []
class Account:
    def __init__(self):
        self.balance = 0
def work(amount):
    global total
    total += amount
    items.append(amount)
"""
CONTROL = Qt.KeyboardModifier.ControlModifier


def series(name: str, values: list[float], expression: str = "") -> Series:
    kind = np.int64 if all(isinstance(one, int) for one in values) else np.float64
    times = np.arange(len(values), dtype=np.int64) * NS // 10
    return Series(name, times, np.array(values, kind), sampled=True, expression=expression or name)


def frame(*watched: Series, watches: tuple[str, ...] = (), told: tuple[WatchFact, ...] = (), **more: object) -> Frame:
    chosen = watches or tuple(dict.fromkeys(one.expression for one in watched))
    program = Program("own", "own", "own.py", TEXT, watches=chosen, **more)
    return Frame(
        program, RunState(1, 1, now=2.0), Recording(watched=watched, watches=told), view=View(0.0, 2.0, follow=False)
    )


# pointing


def place(panel: Code, line: int, column: int) -> QPoint:
    """The middle of a letter."""
    block = panel.view.document().findBlockByNumber(line - 1)
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + column)
    return panel.view.cursorRect(cursor).center() + QPoint(3, 0)


@pytest.fixture
def code(stand: Callable[..., Code]) -> Code:
    panel = stand(Code, size=(700, 500))
    panel.draw(frame())
    QApplication.processEvents()
    return panel


def test_that_a_click_with_control_watches_what_is_pointed_at_and_another_one_lets_go(
    code: Code, wished: RecordedCommands
) -> None:
    QTest.mouseClick(code.view.viewport(), Qt.MouseButton.LeftButton, CONTROL, place(code, 6, 14))
    assert wished.of("watch") == [("Account.balance", True)]
    code.draw(frame(watches=("Account.balance",)))
    QTest.mouseClick(code.view.viewport(), Qt.MouseButton.LeftButton, CONTROL, place(code, 6, 14))
    assert wished.of("watch")[-1] == ("Account.balance", False)
    assert not code.view.textCursor().hasSelection()


def test_that_a_click_alone_or_beside_a_name_watches_nothing(code: Code, wished: RecordedCommands) -> None:
    for modifiers, at in ((Qt.KeyboardModifier.NoModifier, (2, 2)), (CONTROL, (1, 2)), (CONTROL, (9, 14))):
        QTest.mouseClick(code.view.viewport(), Qt.MouseButton.LeftButton, modifiers, place(code, *at))
    QTest.mouseClick(code.view.viewport(), Qt.MouseButton.LeftButton, CONTROL, place(code, 2, 8) + QPoint(200, 0))
    assert wished.of("watch") == []


def test_that_the_name_under_the_mouse_is_underlined_while_control_is_held(code: Code) -> None:
    pointing = code.pointing
    pointing._look(True, place(code, 2, 2))
    assert pointing._marks is not None
    assert pointing._marks.pointed.expression == "total"
    assert pointing._marks.isVisible()
    assert code.view.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    pointing._look(True, place(code, 9, 14))
    assert "amount" in pointing.said(pointing._marks.pointed)
    assert code.view.viewport().cursor().shape() is Qt.CursorShape.IBeamCursor
    pointing._look(False, place(code, 2, 2))
    assert not pointing._marks.isVisible()


def test_that_watched_names_are_marked_wherever_they_stand_and_nothing_is_made_without_any(code: Code) -> None:
    assert code.pointing._marks is None
    code.draw(frame(watches=("total", "len(items)")))
    marks = code.pointing._marks
    assert marks is not None
    assert sorted((target.line, target.expression) for target, _ in marks.marks) == [
        (2, "total"), (3, "len(items)"), (8, "total"), (9, "total"), (10, "len(items)")]  # fmt: skip
    box = marks.box(next(target for target, _ in marks.marks if target.line == 2))
    assert box.left() < place(code, 2, 2).x() < box.right()
    assert box.top() <= place(code, 2, 2).y() <= box.bottom()
    code.view.grab()
    code.draw(frame())
    assert not marks.isVisible()


def menu_at(code: Code, at: QPoint) -> QMenu:
    view = code.view.viewport()
    QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at)))
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible())


def test_that_the_menu_of_the_text_offers_to_watch(code: Code, wished: RecordedCommands) -> None:
    menu = menu_at(code, place(code, 2, 2))
    first = menu.actions()[0]
    assert first.text() == "Watch total"
    assert len(menu.actions()) > 2, "what the view offers by itself is there too"
    first.trigger()
    menu.close()
    assert wished.of("watch") == [("total", True)]


def test_that_the_menu_of_the_text_finds_and_edits(code: Code, wished: RecordedCommands) -> None:
    code.view.set_editable(True)
    menu = menu_at(code, place(code, 2, 2))
    listed = {one.text().partition("\t")[0]: one for one in menu.actions()}
    for words in ("Find in the program", "Replace", "Go to a line", "Comment out, or in again"):
        listed[words].trigger()
    menu.close()
    assert wished.of("perform") == [("edit-find",), ("edit-replace",), ("edit-go-to",), ("edit-comment",)]


def test_that_the_menu_says_what_cannot_be_watched(code: Code) -> None:
    menu = menu_at(code, place(code, 9, 14))
    first = menu.actions()[0]
    assert first.text() == "amount cannot be watched"
    assert not first.isEnabled()
    assert "inside a function" in first.toolTip()
    menu.close()


# the page


@pytest.fixture
def page(qtbot: QtBot) -> tuple[WatchedCard, RecordedCommands]:
    commands = RecordedCommands()
    card = shown_alone(qtbot, PANEL.make(commands), 208)
    assert isinstance(card, WatchedCard)
    return card, commands


def test_that_there_is_a_page_only_where_something_is_watched() -> None:
    assert PANEL.wanted is not None
    assert not PANEL.wanted(Frame())
    assert PANEL.wanted(frame(watches=("total",)))


def test_that_each_value_has_a_curve_through_its_numbers(page: tuple[WatchedCard, RecordedCommands]) -> None:
    card, _ = page
    settle(card, frame(series("total", [0, 5, 10]), series("rate", [0.5, 0.25])))
    plot, view = card.plot, card.view
    view.grab()
    for one, item in zip(plot.placed(view.space), view.items_shown, strict=True):
        told = one.strip.rows[0].series
        assert told is not None
        x, y = item.getData()
        assert set(told.values.tolist()) <= set(y.tolist())
        for value in told.values.tolist():
            at = item.mapToScene(x[0], value)
            assert at.y() == pytest.approx(one.y(value), abs=0.05)


def test_that_a_gap_is_drawn_as_one(page: tuple[WatchedCard, RecordedCommands]) -> None:
    card, _ = page
    settle(card, frame(series("n", [1.0, float("nan"), 3.0])))
    _, y = card.view.items_shown[0].getData()
    assert np.isnan(y).any()
    card.view.grab()


def test_that_a_long_series_with_gaps_and_floats_is_digested(page: tuple[WatchedCard, RecordedCommands]) -> None:
    values = np.sin(np.arange(50_000) / 3000)
    values[20_000:30_000] = np.nan
    times = np.arange(50_000, dtype=np.int64) * (2 * NS // 50_000)
    scale = make_scale(0.0, 2.0, 0, 500, 1.0)
    x, y = Growing().points(times, values, 2.0, scale)
    assert len(x) <= 4 * 502
    assert np.nanmax(y) == pytest.approx(values[np.isfinite(values)].max(), abs=1e-3)
    assert np.isnan(y[(x > 0.9) & (x < 1.1)]).all()
    settle(page[0], frame(Series("n", times, values, sampled=True, expression="n")))


def test_that_values_that_are_alike_share_a_strip_and_others_do_not() -> None:
    found = strips(
        frame(series("a[0]", [1]), series("a[1]", [2]), series("x.n", [1]), series("y.n", [2]), series("n", [1]))
    )
    assert [[row.name for row in one.rows] for one in found] == [["a[0]", "a[1]"], ["x.n", "y.n"], ["n"]]
    assert shape("len(a)") != shape("len(b)")


def test_that_objects_of_a_class_are_rows_of_one_strip_in_different_colours() -> None:
    (one,) = strips(frame(series("a.n", [1], "A.n"), series("b.n", [2], "A.n"), series("c.n", [3], "A.n")))
    assert [row.name for row in one.rows] == ["a.n", "b.n", "c.n"]
    assert len({row.hue for row in one.rows}) == 3


def test_that_a_value_without_a_number_says_why() -> None:
    told = WatchFact(3, "items", reason=NoWatch.CONTAINER, detail="list")
    (one,) = strips(frame(watches=("items",), told=(told,)))
    assert one.rows[0].series is None
    assert "len(items)" in one.rows[0].reason
    gone = replace(told, expression="n", reason=NoWatch.NO_NUMBER, detail="NoneType")
    (one,) = strips(frame(series("n", [1.0, float("nan")]), told=(gone,)))
    assert "NoneType" in one.rows[0].reason


def test_that_the_last_number_is_said_or_the_one_at_the_cursor() -> None:
    whole, real = series("n", [1, 2, 2**62]), series("r", [0.5, float("nan")])
    assert number_at(whole, None) == 2**62
    assert number_at(whole, 0.1) == 2
    assert number_at(whole, -1.0) is None
    assert number_at(real, 0.05) == 0.5
    assert number_at(real, None) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "\u2013"), (float("nan"), "\u2013"), (1234, "1,234"), (-5, "\u22125"), (3.0, "3"),
     (0.123456789, "0.123457"), (2**62, f"{2**62:,}"), (2.0**70, "1.18059e+21"), (1234.5, "1,234.5")],
)  # fmt: skip
def test_that_a_number_is_written_so_that_it_can_be_read(value: float | None, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("low", "high", "step", "expected"),
    [(0, 95, 50, (0, 100)), (90, 100, 5, (90, 100)), (40, 100, 50, (0, 100)), (5, 5, 5, (5, 10)), (-3, 7, 5, (-5, 10)),
     (0.21, 0.29, 0.05, (0.2, 0.3))],
)  # fmt: skip
def test_that_an_axis_goes_from_round_number_to_round_number(
    low: float, high: float, step: float, expected: tuple[float, float]
) -> None:
    assert bounds(low, high, step) == pytest.approx(expected)


def test_that_names_lose_first_what_they_share() -> None:
    names = ["accounts[0].balance", "accounts[1].balance"]
    assert shorter(names[0], names) == ("accounts[0].balance", "accounts[0]", "\u2026[0]")
    assert shorter("total", ["total"])[-1] == "total"
    assert shorter("a.n", ["a.n", "b.n"])[-1] == "a"


def test_that_a_guess_is_said_to_be_one(page: tuple[WatchedCard, RecordedCommands]) -> None:
    card, _ = page
    settle(card, frame(series("total", [1]), guessed=True))
    assert card.subtitle.text() == "watched by guess"
    settle(card, frame(series("total", [1])))
    assert card.subtitle.text() == ""
    assert "250" in card.subtitle.toolTip()


def test_that_chips_let_go_and_the_field_asks(page: tuple[WatchedCard, RecordedCommands]) -> None:
    card, commands = page
    settle(card, frame(series("total", [1]), series("rate", [1.5])))
    assert [chip.expression for chip in card.bar.chips if chip.isVisible()] == ["total", "rate"]
    card.bar.chips[1].click()
    assert commands.of("watch") == [("rate", False)]
    QTest.keyClicks(card.bar.field, "self.balance")
    QTest.keyClick(card.bar.field, Qt.Key.Key_Return)
    assert commands.of("watch")[-1] == ("self.balance", True)
    assert card.bar.field.text() == ""


def test_that_the_field_offers_what_the_text_names(page: tuple[WatchedCard, RecordedCommands]) -> None:
    card, _ = page
    settle(card, frame(series("total", [1])))
    QApplication.sendEvent(card.bar.field, QFocusEvent(QEvent.Type.FocusIn))
    model = card.bar.field.completer().model()
    offered = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert {"len(items)", "Account.balance"} <= set(offered)
    assert "total" not in offered, "it is watched"


def test_that_chips_that_do_not_fit_are_counted_and_nothing_changes_its_size(
    page: tuple[WatchedCard, RecordedCommands],
) -> None:
    card, _ = page
    settle(card, frame(series("total", [1])))
    before = card.bar.sizeHint(), card.header_row.height()
    watches = tuple(f"a_rather_long_name_{n}" for n in range(6))
    settle(card, frame(watches=watches))
    shown = [chip for chip in card.bar.chips if chip.isVisible()]
    assert len(shown) < 6
    assert card.bar.more.word == f"+{6 - len(shown)}"
    assert not card.bar.field.isEnabled(), "there is no room for more"
    assert (card.bar.sizeHint(), card.header_row.height()) == before
