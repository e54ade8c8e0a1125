"""Growing columns: what was shown stays as it was."""

import numpy as np
import pytest

from engine.analysis.columns import FIRST_ROOM, Columns, Steps


def test_that_rows_that_were_shown_stay_when_columns_grow_or_are_cut() -> None:
    columns = Columns(np.int64, np.uint8)
    columns.extend([1, 2, 3], [4, 5, 6])
    first = columns.views()
    columns.extend(range(2 * FIRST_ROOM), [7] * 2 * FIRST_ROOM)
    grown = columns.views()
    columns.cut(2)
    columns.extend([9], [8])
    assert [view.tolist() for view in first] == [[1, 2, 3], [4, 5, 6]]
    assert grown[0].tolist() == [1, 2, 3, *range(2 * FIRST_ROOM)]
    assert [view.tolist() for view in columns.views()] == [[1, 2, 9], [4, 5, 8]]


def test_that_nobody_writes_into_what_is_shown() -> None:
    columns = Columns(np.int64)
    for rows in 1, 2 * FIRST_ROOM:  # in the first memory, and in what it grew into
        columns.extend(range(rows))
        with pytest.raises(ValueError, match="read-only"):
            columns.views()[0][0] = 5
    columns.cut(1)
    with pytest.raises(ValueError, match="read-only"):
        columns.views()[0][0] = 5


def test_that_a_step_that_says_the_same_as_the_last_one_is_none_of_its_own() -> None:
    steps = Steps(np.uint8, np.uint32, key=2)
    for time, state, thing in ((1, 5, 7), (2, 5, 7), (3, 5, 8), (4, 6, 8)):
        steps.add(np.array([time]), np.array([state], np.uint8), np.array([thing], np.uint32))
    assert [view.tolist() for view in steps.views()] == [[1, 3, 4], [5, 5, 6], [7, 8, 8]]


def test_that_steps_added_alone_are_the_same_as_steps_added_together() -> None:
    chance = np.random.default_rng(5)
    for _ in range(40):
        together, alone = (Steps(np.uint8, np.uint32, key=2, grave=3) for _ in range(2))
        for time, state, thing in zip(
            np.sort(chance.integers(0, 30, 60)).tolist(),
            chance.integers(1, 4, 60).tolist(),
            chance.integers(0, 2, 60).tolist(),
            strict=True,
        ):
            together.add(np.array([time]), np.array([state], np.uint8), np.array([thing], np.uint32))
            alone.add_row(time, state, thing)
            if chance.random() < 0.2:  # what was shown stays
                together.views(), alone.views()
        for one, other in zip(together.views(), alone.views(), strict=True):
            assert one.tolist() == other.tolist()
