"""The axis of a curve over a number: its ends are always written, what lies between where there is room."""

from gui.plots.comparison.number_curve import labelled


def test_that_the_ends_of_the_axis_are_written_and_what_would_touch_them_is_not() -> None:
    places = {1.0: 60.0, 4.0: 150.0, 1024.0: 485.0, 2000.0: 500.0}
    halves = {1.0: 8.0, 4.0: 8.0, 1024.0: 20.0, 2000.0: 20.0}
    assert labelled(places, halves, 40.0, 540.0) == [1.0, 4.0, 2000.0]
    assert labelled({**places, 2000.0: 530.0}, halves, 40.0, 550.0) == [1.0, 4.0, 1024.0, 2000.0]


def test_that_nothing_is_written_over_the_noun_or_beyond_the_plot() -> None:
    places, halves = {1.0: 60.0, 4.0: 150.0, 16.0: 300.0}, {1.0: 8.0, 4.0: 8.0, 16.0: 8.0}
    assert labelled(places, halves, 55.0, 301.0) == [4.0]
    assert labelled({}, {}, 0.0, 100.0) == []
    assert labelled({7.0: 50.0}, {7.0: 4.0}, 0.0, 100.0) == [7.0]
