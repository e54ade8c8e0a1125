"""The card of a plot over time. pyqtgraph builds what is in it, when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine.frame import Frame
from gui.panel import Commands, Course, PanelInfo, Place
from gui.plots.over_time.header_words import HeaderWords
from gui.plots.over_time.run_plot import RunPlot
from gui.theme.theme import Theme
from gui.widgets.card import Card

if TYPE_CHECKING:
    from gui.plots.over_time._pyqtgraph import RunView  # pyqtgraph is not loaded for a name


class RunPlotCard(Card):
    """What stands around the plot; the plot itself is made when it is first needed, or in an idle moment."""

    def __init__(self, plot: type[RunPlot], commands: Commands) -> None:
        super().__init__(QCoreApplication.translate("plots", plot.title))
        self.plot, self._commands = plot(), commands
        self.words = HeaderWords()
        self.tools.addWidget(self.words)
        self.body.setContentsMargins(0, 0, 0, 5)  # clear of the round corners of the card

    @cached_property
    def view(self) -> RunView:
        """The plot itself, in its place from the first use on."""
        from gui.plots.over_time._pyqtgraph import RunView  # noqa: PLC0415 - after the first frame

        view = RunView(self.plot, self._commands, self.theme)
        self.body.addWidget(view, 1)
        return view

    def prepare(self) -> None:
        """Makes the plot before a frame wants it."""
        _ = self.view

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        super().apply_theme(theme)
        self.words.apply_theme(theme)
        if "view" in self.__dict__:
            self.view.apply_theme(theme)

    def draw(self, frame: Frame) -> None:
        """Shows this frame."""
        self.view.show_frame(frame)
        said = self.plot.subtitle(frame)
        if said != self.subtitle.said:
            self.subtitle.setText(said)
        self.words.show_words(self.plot.words(frame))


def declared(
    plot: type[RunPlot],
    name: str,
    order: int,
    *,
    wanted: Callable[[Frame], object],
    offered: Callable[[Course, str], object],
) -> PanelInfo:
    """The declaration of a plot's panel: see PanelInfo."""

    make = partial(RunPlotCard, plot)
    return PanelInfo(name, plot.title, Place.DECK, order, make=make, wanted=wanted, offered=offered)
