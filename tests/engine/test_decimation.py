"""What is worth drawing: bounded by pixels, nothing grave hidden, no flicker, against a slow obvious way."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.decimation import Pieces, columns, holder_columns
from engine.frame import Holders, Spans, State


def spans(starts: list[int], states: list[int]) -> Spans:
    objects = np.arange(1, len(starts) + 1, dtype=np.uint32)
    return Spans(np.array(starts, np.int64), np.array(states, np.uint8), objects, np.zeros(len(starts), np.uint32))


def rows(pieces: Pieces) -> list[tuple[float, float, int, int, bool]]:
    return list(
        zip(
            pieces.x0.round(3).tolist(),
            pieces.x1.round(3).tolist(),
            pieces.state.tolist(),
            pieces.object.tolist(),
            pieces.merged.tolist(),
            strict=True,
        )
    )


def test_that_wide_spans_come_through_as_themselves():
    made = columns(spans([0, 400, 700], [6, 13, 14]), 1000, 0, 1000, 100)
    assert rows(made) == [(0, 40, 6, 1, False), (40, 70, 13, 2, False), (70, 100, 14, 3, False)]


def test_that_a_short_span_between_wide_ones_is_still_a_pixel_wide():
    made = columns(spans([0, 400, 401], [6, 13, 6]), 1000, 0, 1000, 100)
    assert rows(made) == [(0, 40, 6, 1, False), (40, 41, 13, 2, False), (41, 100, 6, 3, False)]


def test_that_crowded_spans_become_one_calm_band_of_the_gravest():
    starts = list(range(0, 1000, 2))
    made = columns(spans(starts, [6, 13] * 250), 1000, 0, 1000, 100)
    assert rows(made) == [(0, 100, 13, 0, True)]


def test_that_one_grave_moment_in_a_crowd_shows():
    states = [6, 4] * 250
    states[250] = State.DIED
    made = columns(spans(list(range(0, 1000, 2)), states), 1000, 0, 1000, 100)
    assert State.DIED in made.state.tolist()
    died = made.state.tolist().index(State.DIED)
    assert 49 <= made.x0[died] <= 50 <= made.x1[died] <= 51


def test_that_nothing_is_drawn_before_the_first_span_or_after_now():
    made = columns(spans([300], [6]), 600, 0, 1000, 100)
    assert rows(made) == [(30, 60, 6, 1, False)]
    assert len(columns(spans([300], [6]), 200, 0, 1000, 100)) == 0
    assert len(columns(spans([], []), 200, 0, 1000, 100)) == 0
    assert len(columns(spans([300], [6]), 600, 700, 900, 100)) == 0


def test_that_a_view_without_width_or_time_shows_nothing():
    assert len(columns(spans([0], [6]), 100, 0, 100, 0)) == 0
    assert len(columns(spans([0], [6]), 100, 50, 50, 100)) == 0


def crowd(count: int, seed: int = 1) -> Spans:
    random = np.random.default_rng(seed)
    starts = np.cumsum(random.integers(1, 40, count) ** 2).astype(np.int64)
    return Spans(
        starts, random.integers(1, 15, count).astype(np.uint8), np.zeros(count, np.uint32), np.zeros(count, np.uint32)
    )


def test_that_there_are_never_more_pieces_than_twice_the_pixels():
    for count in (10, 1000, 100_000):
        some = crowd(count)
        end = int(some.starts[-1])
        for part in (1, 3, 50):
            assert len(columns(some, end, 0, end // part, 800)) <= 2 * 800


def covered(pieces: Pieces, offset: float, step: float) -> dict[int, int]:
    """State by absolute pixel, for pixels in the middle of the view."""
    found = {}
    for x0, x1, state in zip(pieces.x0.tolist(), pieces.x1.tolist(), pieces.state.tolist(), strict=True):
        for pixel in range(round(x0), round(x1)):
            if 10 <= pixel < 290:
                found[pixel + round(offset / step)] = state
    return found


def test_that_the_picture_does_not_flicker_while_the_view_moves():
    some, step = crowd(5000), 700
    now = int(some.starts[-1]) + 10**6
    last: dict[int, int] = {}
    for move in range(40):
        start = move * step
        shown = covered(columns(some, now, start, start + 300 * step, 300), start, step)
        common = shown.keys() & last.keys()
        assert move == 0 or len(common) > 200
        assert all(shown[pixel] == last[pixel] for pixel in common)
        last = shown


def test_that_a_view_whose_ends_are_rounded_has_the_same_columns():
    some = crowd(5000)
    now = int(some.starts[-1])
    one = columns(some, now, 100_000, 400_001, 300)
    two = columns(some, now, 100_000, 400_002, 300)
    assert one.state.tolist() == two.state.tolist()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 16)), min_size=1, max_size=80),
    st.integers(0, 1500),
    st.integers(1, 2500),
    st.integers(1, 60),
)
def test_that_pieces_cover_what_the_spans_cover_and_hide_nothing_grave(
    steps: list[tuple[int, int]], begin: int, length: int, width: int
):
    starts = np.cumsum([gap for gap, _ in steps]).tolist()
    states = [state for _, state in steps]
    now, end = starts[-1] + 25, begin + length
    made = columns(spans(starts, states), now, begin, end, width)
    assert len(made) <= 2 * width + 12
    assert np.all(made.x1 >= made.x0)
    assert np.all(made.x0[1:] >= made.x1[:-1] - 1e-9)
    scale = width / length
    for number, (start, state) in enumerate(zip(starts, states, strict=True)):
        stop = starts[number + 1] if number + 1 < len(starts) else now
        low, high = (max(start, begin) - begin) * scale, (min(stop, end) - begin) * scale
        if high <= low:
            continue
        near = (made.x1 >= low - 1.5) & (made.x0 <= high + 1.5)
        assert made.state[near].max() >= state  # itself, or what is graver


def test_that_a_locks_row_shows_who_holds_it():
    holders = Holders(7, "lock", np.array([0, 400, 700], np.int64), np.array([2, 0, 3], np.uint16))
    made = holder_columns(holders, 1000, 0, 1000, 100)
    assert rows(made) == [
        (0, 40, State.HOLDING, 2, False),
        (40, 70, State.ABSENT, 0, False),
        (70, 100, State.HOLDING, 3, False),
    ]
