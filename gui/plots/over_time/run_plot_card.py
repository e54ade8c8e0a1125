"""The card of a plot over the whole run. Its curves are made when they are first needed, or in an idle moment."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel

from engine.frame import Frame
from gui.panel import Commands
from gui.theme.palette import text_font
from gui.theme.theme import Theme
from gui.widgets.card import Card, set_ink

if TYPE_CHECKING:
    from gui.plots.over_time.curves.run_curves import RunCurves  # pyqtgraph is not loaded for a name


class RunPlotCard(Card):
    """Subclasses say which curves, and what stands beside the title."""

    def __init__(self, title: str, commands: Commands) -> None:
        super().__init__(title)
        self._commands = commands
        self._theme: Theme | None = None
        self._note = QLabel()
        self._note.setText(QCoreApplication.translate("plots", "whole run; the band is what the timeline shows"))
        self.tools.addWidget(self._note)
        self.body.setContentsMargins(0, 0, 0, 5)  # clear of the round corners of the card

    def make_curves(self, commands: Commands) -> RunCurves:
        """Loads and makes the curves."""
        raise NotImplementedError

    def name(self, frame: Frame) -> str:
        """What stands beside the title."""
        raise NotImplementedError

    @cached_property
    def curves(self) -> RunCurves:
        """The plot itself, in its place from the first use on."""
        curves = self.make_curves(self._commands)
        self.body.addWidget(curves, 1)
        if self._theme is not None:
            curves.apply_theme(self._theme)
        return curves

    def prepare(self) -> None:
        """Makes the curves before a frame wants them."""
        _ = self.curves

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        super().apply_theme(theme)
        self._theme = theme
        self._note.setFont(text_font(theme, theme.measures.base))
        set_ink(self._note, theme.colours.muted)
        if "curves" in self.__dict__:
            self.curves.apply_theme(theme)

    def draw(self, frame: Frame) -> None:
        """Shows this frame."""
        name = self.name(frame)
        if self.subtitle.text() != name:
            self.subtitle.setText(name)
        self.curves.show_frame(frame)
