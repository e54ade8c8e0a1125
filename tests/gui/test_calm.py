"""Less motion: the axis goes on in pages, nothing of Qt's fades, and the system is asked before the presenter."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle
from pytestqt.qtbot import QtBot

from engine.frame import Frame, Phase, View
from gui import actions
from gui.app import assemble
from gui.theme.appearance import Appearance, system_is_calm
from gui.view_state.calm_axis import in_pages
from gui.view_state.window_settings import WindowLayout, WindowSettings


def sliding(now: float, width: float = 2.0) -> View:
    """The view that follows a run which has come to `now`."""
    return View(start=max(0.0, now - width), end=max(width, now), follow=True)


def test_that_an_axis_without_motion_stays_and_then_turns_a_page() -> None:
    shown = [in_pages(sliding(now / 100)) for now in range(1, 1000)]
    begins = sorted({round(view.start, 6) for view in shown})
    assert begins == [float(page) for page in range(9)], "pages of half the width, eight of them in ten seconds"
    assert all(view.start <= now / 100 <= view.end + 1e-9 for now, view in enumerate(shown, 1)), "now is in sight"
    assert {round(view.end - view.start, 6) for view in shown} == {2.0}


def test_that_a_view_that_does_not_follow_is_left_alone() -> None:
    view = View(start=1.3, end=2.1, follow=False)
    assert in_pages(view) is view


def test_that_pages_do_not_turn_over_what_lies_on_their_edge() -> None:
    once = in_pages(sliding(5.3))
    assert in_pages(once) == once


class StillStyle(QProxyStyle):
    """A system where animations are switched off."""

    def styleHint(self, hint, option=None, widget=None, data=None) -> int:
        return 0 if hint is QStyle.StyleHint.SH_Widget_Animation_Duration else super().styleHint(hint, option, widget)


def test_that_the_system_is_followed_until_the_presenter_chooses(qapp: QApplication) -> None:
    before = qapp.style().name()
    assert not system_is_calm()
    qapp.setStyle(StillStyle("Fusion"))
    try:
        assert system_is_calm()
        for chosen, calm in ((None, True), (False, False), (True, True)):
            worn = Appearance(calm=chosen)
            worn.ask_system()
            assert worn.calm is calm
            assert worn.chosen_calm is chosen
    finally:
        qapp.setStyle(before)


def test_that_nothing_of_qt_fades_or_rolls(qtbot: QtBot) -> None:
    Appearance().keep_calm(True)
    assert not [effect.name for effect in Qt.UIEffect if QApplication.isEffectEnabled(effect)]


@pytest.mark.parametrize("chosen", [True, False, None])
def test_that_the_choice_is_kept(tmp_path: Path, chosen: "bool | None") -> None:
    WindowSettings(tmp_path / "window.ini").save(WindowLayout(calm=chosen))
    assert WindowSettings(tmp_path / "window.ini").load(actions.SCALES).calm is chosen


def test_that_a_key_turns_motion_off_and_on_and_one_goes_through_the_themes(qtbot: QtBot) -> None:
    theatre = assemble((), WindowLayout(theme="light"))
    qtbot.addWidget(theatre.window)
    try:
        theatre.driver.perform("calm")
        assert theatre.appearance.calm
        theatre.driver.perform("calm")
        assert not theatre.appearance.calm
        names = []
        for _ in range(3):
            theatre.driver.perform("theme")
            names.append(theatre.appearance.theme.name)
        assert names == ["contrast", "dark", "light"]
    finally:
        theatre.close()


def test_that_the_window_shows_the_same_page_until_it_turns(qtbot: QtBot) -> None:
    theatre = assemble((), WindowLayout(calm=True))
    qtbot.addWidget(theatre.window)
    try:
        run = replace(Frame().run, phase=Phase.RUNNING, plan=None)
        views = [theatre.controller.session.look(replace(run, now=now / 10), Frame().recording) for now in range(900)]
        pages = [views[0], *(now for before, now in pairwise(views) if now is not before)]
        assert 5 < len(pages) < 60, "frame by frame there were hundreds"
        assert [page.start for page in pages] == sorted(page.start for page in pages)
        assert all(view.start <= now / 10 <= view.end + 1e-9 for now, view in enumerate(views))
    finally:
        theatre.close()
