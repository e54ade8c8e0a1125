"""How the middle column is shared: bars take their rows, many lanes make the timeline higher, and nothing shrinks."""

import pytest
from gui.view_state.height_sharing import CROWDED, USUAL, Asked, Height, shared
from PySide6.QtWidgets import QApplication

from engine.frame import Frame, Part
from engine.scenarios.scenario import PartsNote
from gui.plots.comparison import bars
from gui.plots.timeline.rows import arrange, as_they_come, needed
from gui.plots.timeline.timeline import TimelinePanel
from gui.theme import theme
from tests.gui import frames_pools
from tests.gui.frames import changed
from tests.gui.recorded_commands import course

WIDE = theme.make("dark", compact=False)
NOTE = PartsNote("timed", noun="way")


def _parts(count: int, groups: int = 1) -> tuple[Part, ...]:
    named = [f"group {at}" if groups > 1 else "" for at in range(groups)]
    return tuple(Part(at, f"way {at}", group, 0.0, 1.0) for group in named for at in range(count))


def test_that_plots_which_ask_for_nothing_keep_their_measure_and_leave_the_code_a_third() -> None:
    assert shared(984, WIDE, {"timeline": 3, "values": 2}, {}) == {"timeline": 304, "values": 208}
    tight = shared(984, WIDE, {"timeline": 3, "waits": 4, "values": 2}, {})
    assert sum(tight.values()) == pytest.approx(984 * USUAL, abs=2)


def test_that_what_is_spare_goes_to_those_that_could_use_more() -> None:
    asked = {"timeline": Height(304, 600), "parts": Height(120, 160)}
    given = shared(984, WIDE, {"timeline": 3, "parts": 3}, asked)
    assert sum(given.values()) == pytest.approx(984 * CROWDED, abs=2)
    assert given["timeline"] > 304 + 200
    assert 120 < given["parts"] <= 160
    assert shared(3000, WIDE, {"timeline": 3, "parts": 3}, asked) == {"timeline": 600, "parts": 160}


@pytest.mark.parametrize("room", [200, 400])
def test_that_where_there_is_too_little_room_everybody_gives_way(room: int) -> None:
    given = shared(room, WIDE, {"timeline": 3, "parts": 3}, {"parts": Height(120, 160)})
    assert sum(given.values()) <= room * CROWDED + 1
    assert given["timeline"] > given["parts"] > 0


def test_that_what_was_asked_for_only_grows_until_another_scenario_is_open() -> None:
    asked = Asked()
    first = asked.feed("one", {"parts": Height(100, 200)})
    assert asked.feed("one", {"parts": Height(90, 150)}) is first
    assert asked.feed("one", {"parts": Height(90, 220)}) == {"parts": Height(100, 220)}
    assert asked.feed("one", {}) == {"parts": Height(100, 220)}
    assert asked.feed("two", {"parts": Height(90, 150)}) == {"parts": Height(90, 150)}


def test_that_bars_ask_for_their_rows_and_change_seldom_while_they_come() -> None:
    good = [bars.needed(WIDE, _parts(count), NOTE)[1] for count in range(1, 9)]
    assert good[0] == good[1] < good[2] == good[3] == good[-1], "two rows, then four, then columns"
    assert bars.needed(WIDE, _parts(4, groups=2), NOTE)[1] == 5 * good[0] // 2, "side by side, below a heading"


def test_that_bars_that_get_what_they_ask_for_need_no_scrolling(stand) -> None:  # type: ignore[no-untyped-def]
    from gui.plots.comparison.parts import PartsPanel

    for parts in (_parts(2), _parts(4, groups=2), _parts(8), _parts(3, groups=3)):
        panel = stand(PartsPanel, (900, 300))
        panel.opened(course(parts=NOTE))
        frame = changed(Frame(), number=1, parts=parts, now=1.0)
        panel.widget.resize(900, panel.asks(frame).least)
        panel.draw(frame)
        QApplication.processEvents()
        assert panel._area.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("lanes", [3, 8, 11, 16, 20, 36])
def test_that_the_height_that_lanes_ask_for_shows_all_of_them(lanes: int) -> None:
    assert arrange(WIDE, as_they_come(lanes), 0, needed(WIDE, lanes)).total <= needed(WIDE, lanes)


def test_that_the_timeline_asks_for_more_in_few_steps_and_for_room_at_once_where_ways_are_compared(stand) -> None:  # type: ignore[no-untyped-def]
    panel = stand(TimelinePanel, (900, 400))
    crowd = frames_pools.crowd()
    asked = [
        panel.asks(changed(crowd, lanes=crowd.recording.lanes[:count])).good
        for count in range(len(crowd.recording.lanes))
    ]
    assert asked == sorted(asked)
    assert asked[0] == WIDE.measures.timeline
    assert asked[-1] > 2 * asked[0]
    assert len(set(asked)) <= 6
    panel.opened(course(parts=NOTE))
    assert panel.asks(Frame()).good == panel.asks(changed(crowd, lanes=crowd.recording.lanes[:8], holders=())).good
