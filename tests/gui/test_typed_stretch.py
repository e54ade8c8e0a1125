"""A stretch of time as somebody types it."""

import pytest

from gui.view_state.typed_stretch import Typed, parse


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1.5 s", 1.5), ("1.5", 1.5), ("1,5s", 1.5), ("250 us", 250e-6), ("250 \u00b5s", 250e-6), ("30MS", 0.03),
        (" 7 ns ", 7e-9), ("2 min", 120.0), (".5", 0.5),
    ],
)  # fmt: skip
def test_that_a_length_of_time_is_a_width(text: str, seconds: float) -> None:
    assert parse(text) == Typed(pytest.approx(seconds))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1.2..1.5", 1.2, 1.5), ("1.2 s - 1.5 s", 1.2, 1.5), ("250..400 ms", 0.25, 0.4), ("1.2 \u2013 1.5", 1.2, 1.5),
        ("900 ms to 1.5 s", 0.9, 1.5), ("0-1", 0.0, 1.0), ("1.5...2", 1.5, 2.0),
    ],
)  # fmt: skip
def test_that_two_times_are_from_when_to_when(text: str, start: float, end: float) -> None:
    typed = parse(text)
    assert typed.start == pytest.approx(start)
    assert start + typed.width == pytest.approx(end)


@pytest.mark.parametrize("text", ["", "fast", "1.5 parsecs", "0 s", "2..1", "1..1", "1..2..3", "-5", "1e400", "1 2"])
def test_that_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="of time: "):
        parse(text)
