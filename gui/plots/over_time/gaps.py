"""How long the window drew nothing, from frame to frame, while the program ran: in its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine.frame import Frame
from gui.panel import Commands, PanelInfo, Place
from gui.plots.over_time.run_plot_card import RunPlotCard

if TYPE_CHECKING:
    from gui.plots.over_time.curves.run_curves import RunCurves


class GapsPanel(RunPlotCard):
    """The plot in its card."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(QCoreApplication.translate("gaps", "Time from frame to frame"), commands)

    def make_curves(self, commands: Commands) -> RunCurves:
        from gui.plots.over_time.curves.gaps_curves import GapCurves  # noqa: PLC0415 - after the first frame

        return GapCurves(commands)

    def name(self, frame: Frame) -> str:
        """Whose frames."""
        del frame
        return QCoreApplication.translate("gaps", "of this window")


PANEL = PanelInfo(
    "gaps",
    "Time from frame to frame",
    Place.PLOTS,
    22,
    make=GapsPanel,
    wanted=lambda frame: frame.recording.intervals is not None,
    stretch=3,
)
