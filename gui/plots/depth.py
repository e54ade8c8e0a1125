"""How many items wait in each queue, over the whole run, in its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine.frame import Frame
from gui.panel import Commands, PanelInfo, Place
from gui.plots.whole_run import WholeRun

if TYPE_CHECKING:
    from gui.curves.run import RunCurves


class DepthPanel(WholeRun):
    """The plot in its card."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(QCoreApplication.translate("depth", "Queue depth"), commands)

    def make_curves(self, commands: Commands) -> RunCurves:
        from gui.curves.depth import DepthCurves  # noqa: PLC0415 - after the first frame

        return DepthCurves(commands)

    def name(self, frame: Frame) -> str:
        """The names of the queues."""
        return ", ".join(series.name for series in frame.depths)


PANEL = PanelInfo(
    "depth",
    "Queue depth",
    Place.PLOTS,
    30,
    make=DepthPanel,
    wanted=lambda frame: bool(frame.depths),
    stretch=2,
)
