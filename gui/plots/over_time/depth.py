"""How many items wait in each queue, over the whole run, in its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine.frame import Frame
from gui.panel import Commands, PanelInfo, Place
from gui.plots.common.axes import axis_of, top_of
from gui.plots.over_time.curves import queue_strips  # without pyqtgraph
from gui.plots.over_time.run_plot_card import RunPlotCard
from gui.view_state.height_sharing import Height

if TYPE_CHECKING:
    from gui.plots.over_time.curves.run_curves import RunCurves


class DepthPanel(RunPlotCard):
    """The plot in its card."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(QCoreApplication.translate("depth", "Queue depth"), commands)

    def make_curves(self, commands: Commands) -> RunCurves:
        from gui.plots.over_time.curves.depth_curves import DepthCurves  # noqa: PLC0415 - after the first frame

        return DepthCurves(commands)

    def name(self, frame: Frame) -> str:
        """The name of the queue; several have theirs beside their strips."""
        return frame.recording.depths[0].name if len(frame.recording.depths) == 1 else ""

    def asks(self, frame: Frame) -> Height:
        """One queue: as high as any plot of its sort. Several: a strip for each."""
        theme, count = self._theme, len(frame.recording.depths)
        if theme is None or not count:
            return Height(0, 0)
        plot = theme.px(theme.measures.plot)
        if count == 1:
            return Height(plot, plot)
        around = theme.px(theme.measures.header) + axis_of(theme) + top_of(theme) + 7
        least, good = queue_strips.needed(theme, count)
        return Height(around + least, max(plot, around + good))


PANEL = PanelInfo(
    "depth",
    "Queue depth",
    Place.PLOTS,
    30,
    make=DepthPanel,
    wanted=lambda frame: bool(frame.recording.depths),
    stretch=2,
)
