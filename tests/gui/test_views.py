"""Which stretch of time is shown, before a run, while it grows, and when it has ended."""

import pytest

from engine.frame import View
from gui import views


@pytest.mark.parametrize("compares", [False, True])
def test_that_before_a_run_the_axis_has_the_length_it_begins_with(compares: bool) -> None:
    before = views.shown(View(), 0.0, None, live=False, compares=compares)
    begun = views.shown(View(), 0.01, None, live=True, compares=compares)
    assert (before.start, before.end) == (begun.start, begun.end) == (0.0, views.STEPS[0])


@pytest.mark.parametrize(("now", "compares", "start"), [(30.0, False, 0.0), (90.0, True, 0.0), (90.0, False, 80.0)])
def test_that_a_run_that_can_be_read_as_a_whole_is_shown_so_at_its_end(
    now: float, compares: bool, start: float
) -> None:
    assert views.shown(View(), now, None, live=False, compares=compares).start == start
