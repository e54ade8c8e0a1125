"""The chart of the parts of a run: what its bars say, where they stand, and from where on more no longer helps."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRectF

from engine.frame import Ended, Frame, Part, Phase
from engine.scenarios.scenario import PartsNote
from gui.plots.common.paint_cache import PaintCache
from gui.plots.comparison import bars, comparison_model
from gui.plots.comparison.comparison_model import Fate, chart, curves, exact, helping_words, slots, stops_helping
from gui.plots.comparison.parts import PANEL, PartsPanel
from gui.theme import theme
from tests.gui.frames import changed
from tests.gui.recorded_commands import course

WAYS = ("one after another", "threads", "processes", "asyncio")
TIMES = (2.41, 2.44, 1.31, 2.42, 2.0, 0.503, 0.62, 0.5012)
JOBS = PartsNote("timed", noun="jobs")
CURVE = PartsNote("timed", noun="threads", value_noun="memory", value_unit="MB", chart="curve")


def _frame(*parts: Part, now: float = 99.0, live: bool = False) -> Frame:
    phase = Phase.RUNNING if live else Phase.ENDED
    return changed(Frame(), number=1, phase=phase, ended=None if live else Ended.FINISHED, now=now, parts=parts)


def _two_by_four() -> Frame:
    start, parts = 0.0, []
    for number, seconds in enumerate(TIMES):
        parts.append(Part(number + 1, WAYS[number % 4], ("computing", "waiting")[number // 4], start, start + seconds))
        start += seconds
    return _frame(*parts, now=start)


def _numbers(times: dict[int, float], **more: float) -> Frame:
    return _frame(*(Part(n, str(n), "", 0.0, seconds, **more) for n, seconds in times.items()))  # type: ignore[arg-type]


def test_that_bars_stand_in_their_groups_in_the_order_of_the_run() -> None:
    made = chart(_two_by_four(), None)
    assert [(group.name, [bar.part.name for bar in group.bars]) for group in made.groups] == [
        ("computing", list(WAYS)),
        ("waiting", list(WAYS)),
    ]


def test_that_a_bar_says_the_seconds_that_were_measured() -> None:
    words = [bar.words for bar in chart(_two_by_four(), None).bars]
    assert words[:3] == ["2.41 s", "2.44 s", "1.31 s"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(21.4683, "21.47 s"), (0.5, "0.50 s"), (0.0343, "0.034 s"), (0.00123, "0.0012 s"), (0, "0.00 s")],
)
def test_that_short_times_keep_two_figures(seconds: float, words: str) -> None:
    assert comparison_model.seconds_words(seconds) == words


def test_that_a_limit_is_named_and_marked_where_it_lies() -> None:
    bar = chart(_frame(Part(1, "4", "", 0.0, 6.42, 10.0, limit=6.31)), JOBS).bars[0]
    assert (bar.words, bar.limit_words) == ("6.42 s", "limit 6.31 s")
    assert bar.limit == 6.31


def test_that_one_speed_is_said_once_and_different_ones_at_each_bar() -> None:
    same = chart(_frame(Part(1, "1", "", 0, 9, 10.0), Part(2, "2", "", 9, 12, 10.0)), JOBS)
    assert same.speed == "measured at 10× speed; seconds are program time"
    assert [bar.speed_words for bar in same.bars] == ["", ""]
    mixed = chart(_frame(Part(1, "1", "", 0, 9, 10.0), Part(2, "2", "", 9, 12, 1.0)), JOBS)
    assert [bar.speed_words for bar in mixed.bars] == ["at 10×", "at 1×"]
    changed = chart(_frame(Part(1, "1", "", 0, 9, None)), JOBS)
    assert "changed" in changed.bars[0].speed_words


def test_that_times_measured_on_a_busy_machine_say_so() -> None:
    frame = _frame(Part(1, "1", "", 0, 9), Part(2, "2", "", 9, 12))
    calm, busy = (replace(frame, run=replace(frame.run, others=share)) for share in (0.05, 0.6))
    assert (chart(calm, JOBS).speed, chart(calm, JOBS).disturbed) == ("measured at real speed", False)
    assert (chart(busy, JOBS).speed, chart(busy, JOBS).disturbed) == ("measured while the machine was busy", True)
    fast = replace(busy, recording=replace(busy.recording, parts=(Part(1, "1", "", 0, 9, 10.0),)))
    assert chart(fast, JOBS).speed == "measured while the machine was busy, at 10\u00d7"
    over_runs = replace(busy, recording=replace(busy.recording, parts=(Part(1, "here", lane=0, end=0.0, value=3.0),)))
    assert not chart(over_runs, JOBS).disturbed, "it was not measured in this run"


def test_that_a_part_that_goes_on_grows_and_is_cut_short_when_the_run_ends() -> None:
    part = Part(1, "threads", "", 2.0)
    going = chart(_frame(part, now=3.5, live=True), None).bars[0]
    assert (going.fate, going.words) == (Fate.GOING, "1.50 s")
    cut = chart(_frame(part, now=3.5), None).bars[0]
    assert (cut.fate, cut.words) == (Fate.CUT, "cut short after 1.50 s")


def test_that_a_part_that_failed_says_of_what() -> None:
    bar = chart(_frame(Part(1, "threads", "", 0.0, 0.31, error="ValueError: no")), None).bars[0]
    assert (bar.fate, bar.words) == (Fate.FAILED, "ValueError after 0.31 s")


def test_that_cores_are_told_where_any_part_computed() -> None:
    parts = Part(1, "loop", "", 0.0, 1.0, used=0.98), Part(2, "pool", "", 1.0, 1.6, used=1.14), Part(3, "", "", 2.0)
    words = [bar.cores_words for bar in chart(_frame(*parts), None).bars]
    assert words == ["1.0 core busy", "1.9 cores busy", ""]
    assert "1.140 s of processor time: 1.9 cores busy" in exact(chart(_frame(*parts), None).bars[1], None)
    waited = Part(1, "loop", "", 0.0, 1.0, used=0.1), Part(2, "pool", "", 1.0, 1.5, used=0.05)
    assert [bar.cores_words for bar in chart(_frame(*waited), None).bars] == ["", ""]
    assert [bar.cores_words for bar in chart(_two_by_four(), None).bars] == [""] * 8  # nobody says it


def test_that_parts_with_a_value_and_no_time_show_the_value_alone() -> None:
    parts = [
        Part(n, name, "", 0.0, 0.0, value=value)
        for n, (name, value) in enumerate((("window", 2013.4), ("process", 17.2)))
    ]
    made = chart(_frame(*parts), PartsNote("", value_noun="worst gap", value_unit="ms"))
    assert made.valued
    assert not made.timed
    assert [bar.value_words for bar in made.bars] == ["2,013 ms", "17 ms"]
    assert made.value_title == "worst gap, ms"


def test_that_values_of_one_chart_have_the_same_decimals() -> None:
    assert comparison_model.value_decimals([12.04, 82.0]) == 2
    assert comparison_model.value_decimals([12.0, 82.0]) == 0
    assert comparison_model.value_decimals([12.5, 282.0]) == 1


def test_that_the_hint_gives_the_figures_unrounded() -> None:
    part = Part(1, "4", "joblib", 1.0, 7.42491, 10.0, limit=6.31, value=38.25)
    bar = chart(_frame(part), CURVE).bars[0]
    assert exact(bar, CURVE).splitlines() == [
        "joblib, 4",
        "6.424910 s",
        "from 1.000 to 7.425 s",
        f"limit 6.310000 s: {6.42491 / 6.31:.3f} times the limit",
        "memory 38.25 MB",
        "at 10×",
    ]


# curves


def test_that_more_stops_helping_where_no_later_point_is_better_by_a_twentieth_per_doubling() -> None:
    frame = _numbers({1: 16.0, 2: 8.0, 4: 4.0, 8: 2.0, 16: 1.95, 32: 1.94})
    [(_, points)] = curves(chart(frame, CURVE)) or ()
    best = stops_helping(points)
    assert best is not None
    assert best.number == 8
    assert helping_words(points, "threads") == "From 8 threads on, more save less than 5 % per doubling."


def test_that_a_flat_step_before_a_gain_is_not_the_end_of_the_gain() -> None:
    [(_, points)] = curves(chart(_numbers({1: 8.0, 2: 7.9, 4: 3.0, 8: 3.0}), CURVE)) or ()
    best = stops_helping(points)
    assert best is not None
    assert best.number == 4


def test_that_getting_worse_is_said() -> None:
    [(_, points)] = curves(chart(_numbers({1: 8.0, 100: 0.2, 2000: 0.5}), CURVE)) or ()
    assert helping_words(points, "threads") == "From 100 threads on, more no longer help: 2,000 take longer."


def test_that_a_curve_that_still_falls_has_no_such_point() -> None:
    [(_, points)] = curves(chart(_numbers({1: 8.0, 2: 4.0, 4: 2.0}), CURVE)) or ()
    assert stops_helping(points) is None
    assert helping_words(points, "threads") == "Up to 4 threads, more still helped."


def test_that_names_which_are_no_numbers_make_bars() -> None:
    assert curves(chart(_two_by_four(), CURVE)) is None


# where bars stand


def test_that_two_groups_stand_side_by_side_and_are_not_divided() -> None:
    found, rows = slots([4, 4], titled=True, columns=2)
    assert rows == 5
    assert {slot.column for slot in found if slot.group == 0} == {0}
    assert {slot.column for slot in found if slot.group == 1} == {1}
    assert len({(slot.column, slot.row) for slot in found}) == len(found) == 10


def test_that_twenty_two_bars_can_be_read_in_a_small_window(qapp: object) -> None:
    parts = [Part(n, f"{n} workers", "", n, n + 1.0) for n in range(22)]
    cache, made = PaintCache(theme.make("dark", compact=True), 1.0), chart(_frame(*parts), None)
    area = QRectF(0, 0, 920, 170)
    placed = bars.place(cache, made, None, area)
    assert len(placed.slots) == 22
    assert min(box.height() for _, box in placed.slots) >= 18
    assert all(area.contains(box) for _, box in placed.slots)
    boxes = [box for _, box in placed.slots]
    assert not any(a.intersects(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])


def test_that_the_longest_bar_keeps_its_length_for_a_while_as_it_grows() -> None:
    tops = [bars.nice_top(seconds) for seconds in (20.1, 21.0, 22.0, 23.9, 24.9)]
    assert len(set(tops)) == 1
    assert tops[0] >= 24.9


# the panel


def test_that_the_chart_is_there_for_runs_with_parts_only() -> None:
    assert PANEL.wanted(_two_by_four())
    assert not PANEL.wanted(Frame())


def test_that_the_mouse_is_told_the_figures_of_the_bar_below_it(stand) -> None:  # type: ignore[no-untyped-def]
    panel = stand(PartsPanel, (944, 223), compact=True)
    panel.draw(_two_by_four())
    panel.grab()
    assert len(panel.view.hits) == 8
    bar, box = panel.view.hits[2]
    assert bar.part.name == "processes"
    assert "1.310000 s" in panel.view.hint_at(box.center().toPoint())
    assert panel.view.hint_at(QPoint(-50, -50)) == ""
    assert "processes, 1.31 s" in panel.view.accessibleDescription()


def test_that_the_points_of_a_curve_can_be_asked_too(stand) -> None:  # type: ignore[no-untyped-def]
    panel = stand(PartsPanel, (944, 223), compact=True)
    panel.opened(course(parts=CURVE))
    frame = _frame(*(Part(n, str(n), "", 0.0, 16.0 / n, value=10.0 + n) for n in (1, 2, 4, 8)))
    panel.draw(frame)
    panel.grab()
    assert len(panel.view.hits) == 8  # a point of the time and one of the memory for each
    _, box = panel.view.hits[0]
    assert panel.view.hint_at(box.center().toPoint()).startswith("1\n16.000000 s")


@pytest.mark.parametrize("compact", [True, False])
@pytest.mark.parametrize("name", ["dark", "light"])
def test_that_a_failed_bar_looks_different_from_a_measured_one(stand, name: str, compact: bool) -> None:  # type: ignore[no-untyped-def]
    panel = stand(PartsPanel, (944, 300), name=name, compact=compact)
    pictures = []
    for error in ("", "ValueError: no"):
        panel.draw(_frame(Part(1, "threads", "", 0.0, 0.31, error=error)))
        pictures.append(panel.grab().toImage())
    assert pictures[0] != pictures[1]
