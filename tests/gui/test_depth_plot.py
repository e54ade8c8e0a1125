"""The plot of queue depths: steps, the queue's size, names at the ends."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from engine.frame import Frame, Series, View
from gui import theme
from gui.plots.depth import PANEL, DepthPanel
from gui.plots.scale import NS
from tests.gui import frames
from tests.gui.wishes import Wishes

DARK = theme.make("dark", compact=False)


def queues(count: int = 1) -> Frame:
    """Queues that fill to their size of 5 and are emptied again, in 10 seconds."""
    times = np.arange(11, dtype=np.int64) * NS
    values = np.array([0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0], np.int64)
    depths = tuple(Series(f"queue_{index}", times, values // (index + 1), limit=5) for index in range(count))
    return replace(frames.small(), value=None, depths=depths, now=10.0, flips=(), view=View(2.0, 6.0, cursor=5.5))


@pytest.fixture
def panel(qtbot) -> DepthPanel:
    made = DepthPanel(Wishes())
    qtbot.addWidget(made)
    made.dress(DARK)
    made.resize(1360, 208)
    made.show()
    return made


def settle(panel: DepthPanel, frame: Frame) -> None:
    panel.draw(frame)
    QApplication.processEvents()


def test_that_the_plot_is_wanted_only_when_there_is_a_queue() -> None:
    assert PANEL.wanted(queues())
    assert not PANEL.wanted(frames.small())


def test_that_the_curve_is_the_depth_of_the_queue(panel: DepthPanel) -> None:
    settle(panel, queues())
    x, y = panel.curves._lines[0].getData()
    assert y.max() == 5
    assert y[np.searchsorted(x, 3.5)] == 3
    assert panel.subtitle.text() == "queue_0"


def test_that_the_size_of_the_queue_is_a_dashed_line(panel: DepthPanel) -> None:
    settle(panel, queues())
    curves = panel.curves
    image, y = curves.grab().toImage(), round(curves.y(5))
    muted = QColor(DARK.colours.muted)
    row = [QColor(image.pixel(x, y)) == muted for x in range(round(curves.x(7)), round(curves.x(9.5)))]
    assert any(row)
    assert not all(row)


def test_that_the_area_below_the_curve_is_filled(panel: DepthPanel) -> None:
    settle(panel, queues())
    curves = panel.curves
    image = curves.grab().toImage()
    below = QColor(image.pixel(round(curves.x(8.5)), round(curves.y(0.5)))).name()
    above = QColor(image.pixel(round(curves.x(8.5)), round(curves.y(3.5)))).name()
    assert above == DARK.colours.panel
    assert below != DARK.colours.panel


def test_that_queues_come_and_go_with_the_run(panel: DepthPanel) -> None:
    settle(panel, queues(3))
    assert len(panel.curves._lines) == 3
    settle(panel, replace(queues(1), run=4))
    assert len(panel.curves._lines) == 1
    settle(panel, replace(queues(2), run=5))
    assert [line.getData()[1].max() for line in panel.curves._lines] == [5, 2]


def test_that_the_band_is_what_the_timeline_shows(panel: DepthPanel) -> None:
    settle(panel, queues())
    assert panel.curves.band.getRegion() == pytest.approx((2.0, 6.0))


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("compact", [False, True])
def test_that_every_frame_can_be_drawn_in_every_dress(qtbot, name: str, compact: bool) -> None:
    panel = PANEL.make(Wishes())
    qtbot.addWidget(panel.widget)
    panel.dress(theme.make(name, compact))
    panel.widget.resize(942 if compact else 1360, 128 if compact else 208)
    panel.widget.show()
    for frame in (frames.empty(), queues(2), frames.failed(), frames.huge()):
        panel.draw(frame)
        QApplication.processEvents()
        assert not panel.widget.grab().isNull()
