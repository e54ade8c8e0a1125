"""The shared value over the whole run, in its card: what it should be against what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine.frame import Frame
from gui.panel import Commands, PanelInfo, Place
from gui.plots.over_time.run_plot_card import RunPlotCard

if TYPE_CHECKING:
    from gui.plots.over_time.curves.run_curves import RunCurves


class ValuePanel(RunPlotCard):
    """The plot in its card."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(QCoreApplication.translate("values", "Shared value"), commands)

    def make_curves(self, commands: Commands) -> RunCurves:
        from gui.plots.over_time.curves.values_curves import ValueCurves  # noqa: PLC0415 - after the first frame

        return ValueCurves(commands)

    def name(self, frame: Frame) -> str:
        """The value's name, and whether it is only looked at now and then."""
        if frame.recording.value is None or not frame.recording.value.sampled:
            return frame.recording.value.name if frame.recording.value is not None else ""
        words = QCoreApplication.translate("values", "(looked at now and then)")
        return f"{frame.recording.value.name}  {words}"


PANEL = PanelInfo(
    "values",
    "Shared value",
    Place.PLOTS,
    20,
    make=ValuePanel,
    wanted=lambda frame: frame.recording.value is not None,
    stretch=2,
)
