"""A moment stands in the same column of the screen in the timeline and in the curves, at every size and scale."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.frame import View
from gui.plots.common.scale import make_scale, scale_of
from gui.theme import theme

PROGRAM = Path(__file__).parent / "one_axis.py"


@pytest.mark.parametrize("ratio", ["1", "1.5", "2"])
def test_that_flip_cursor_and_step_stand_in_one_column_of_the_screen(ratio: str) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": ratio}
    command = [sys.executable, str(PROGRAM), "1280x720", "1366x768", "1920x1080"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=100, env=environment, check=True)
    rows = json.loads(ran.stdout.splitlines()[-1])
    assert len(rows) == 12
    for row in rows:
        assert row["ratio"] == float(ratio)
        timeline, curve = row["flip"]
        assert timeline == curve, row
        assert row["cursor"][0] == row["cursor"][1], row
        (begins, _), (first, last) = row["step"]  # where the bar of the lane begins; the upright stroke of the curve
        for left, right in (timeline, row["cursor"][0], (first, last)):
            assert left <= begins <= right, row


@given(st.floats(0, 36_000), st.floats(1e-4, 36_000), st.integers(200, 4000), st.sampled_from([1.0, 1.25, 1.5, 2.0]))
def test_that_a_scale_depends_on_nothing_but_what_it_shows(start: float, width: float, wide: int, ratio: float) -> None:
    pixels = theme.make("dark", compact=True).pixels
    scale = scale_of(View(start, start + width), pixels, wide + pixels.name_column + pixels.padding, ratio)
    assert scale == make_scale(start, start + width, pixels.name_column, wide, ratio)
    assert abs(scale.x(start) - scale.left) <= 1.0 + 1e-6
    assert scale.seconds(scale.x(start)) == pytest.approx(start, abs=1e-6)


def test_that_a_scale_keeps_its_step_while_a_stretch_slides() -> None:
    steps = {make_scale(at / 60, at / 60 + 1.2, 144, 1200, 1.0).per_column for at in range(36_000)}
    assert steps == {1_000_000}
