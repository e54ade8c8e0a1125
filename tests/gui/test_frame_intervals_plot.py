"""The plot of the time from frame to frame: plateaus where the window stood still."""

from dataclasses import replace

import numpy as np
import pytest

from engine.frame import Frame, Series, View
from gui.plots.common.scale import NS
from gui.plots.over_time.gaps import PANEL, height, words
from gui.plots.over_time.run_plot_card import RunPlotCard
from gui.theme import theme
from tests.gui import frames
from tests.gui.alone import settle, shown_alone
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

MS = NS // 1000


def still(start: float = 0.5, end: float = 2.5) -> Frame:
    """A frame every 16 ms for 3 seconds, and none between `start` and `end`."""
    times = np.arange(16, 3000, 16, dtype=np.int64) * MS
    times = times[(times <= start * NS) | (times >= end * NS)]
    gaps = np.diff(times, prepend=0)
    return changed(
        frames.small(),
        value=None,
        intervals=Series("gaps", times, gaps),
        now=3.0,
        flips=(),
        view=View(0.0, 3.0, cursor=1.0),
    )


@pytest.fixture
def panel(qtbot) -> RunPlotCard:
    return shown_alone(qtbot, PANEL.make(RecordedCommands()), 208)


def test_that_the_plot_is_wanted_only_when_gaps_are_measured() -> None:
    assert PANEL.wanted(still())
    assert not PANEL.wanted(frames.small())


def test_that_the_line_is_high_as_long_as_nothing_was_drawn(panel: RunPlotCard) -> None:
    settle(panel, still())
    x, y = panel.view.items_shown[1].getData()
    high = x[y > height(1000)]
    assert (high.min(), high.max()) == pytest.approx((0.496, 2.512))
    assert y.max() == pytest.approx(height(2016))
    assert np.median(y) == pytest.approx(height(16))


def test_that_runs_share_one_scale_whatever_their_gaps(panel: RunPlotCard) -> None:
    settle(panel, still())
    assert panel.view.space is not None
    one = panel.view.space
    settle(panel, changed(still(1.0, 1.01), number=9))
    space = panel.view.space
    assert (space.low, space.high) == (one.low, one.high)
    assert space.y(height(10_000)) >= space.area.top()


def test_that_the_header_says_the_longest_gap_and_the_one_at_the_cursor(panel: RunPlotCard) -> None:
    settle(panel, still())
    assert [word.text for word in panel.words.words] == ["2.0 s"]
    settle(panel, replace(still(), view=View(0.0, 3.0)))
    assert [(word.text, word.tone) for word in panel.words.words] == [("longest 2.0 s", "lost_text")]
    settle(panel, replace(still(), view=View(0.0, 3.0, cursor=0.2)))
    assert [(word.text, word.tone) for word in panel.words.words] == [("16 ms", "text")]


def test_that_times_are_said_in_units_that_fit() -> None:
    assert [words(16.4), words(999.0), words(2016.0)] == ["16 ms", "999 ms", "2.0 s"]


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("compact", [False, True])
def test_that_every_frame_can_be_drawn_in_every_dress(qtbot, name: str, compact: bool) -> None:
    panel = shown_alone(qtbot, PANEL.make(RecordedCommands()), 128 if compact else 208, theme.make(name, compact))
    empty = changed(frames.small(), intervals=Series("gaps", np.empty(0, np.int64), np.empty(0, np.int64)))
    for frame in (frames.empty(), empty, still(), still(0.0, 2.9), frames.huge()):
        settle(panel, frame)
        assert not panel.widget.grab().isNull()
