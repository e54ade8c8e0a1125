"""What is printed past the program's own streams comes in whole lines, and none is lost."""

import itertools
import math
import time

from hypothesis import given
from hypothesis import strategies as st

from engine.hosting.pipe_reader import PATIENCE, StrayOutput


def test_that_a_line_and_its_end_written_apart_are_one_line() -> None:
    overheard = StrayOutput(patience=math.inf)
    overheard.put("of a child")
    assert overheard.take() == ""
    overheard.put("\nand the next")
    assert overheard.take() == "of a child\n"
    assert overheard.take(everything=True) == "and the next"


def test_that_a_question_without_a_newline_is_shown_after_a_while() -> None:
    overheard = StrayOutput()
    overheard.put("whole\n")
    overheard.put("Name? ")
    asked = time.monotonic()
    taken = ""
    while not taken.endswith("Name? ") and time.monotonic() - asked < 60:
        taken += overheard.take()
    assert taken == "whole\nName? "
    assert time.monotonic() - asked >= PATIENCE


@given(st.lists(st.text(alphabet="ab\n", max_size=6), max_size=20))
def test_that_cut_anywhere_it_is_the_same_text_in_whole_lines(pieces: list[str]) -> None:
    overheard = StrayOutput()
    taken: list[str] = []
    for piece in pieces:
        overheard.put(piece)
        taken.append(overheard.take())
    rest = overheard.take(everything=True)
    assert "".join(itertools.chain(taken, [rest])) == "".join(pieces)
    assert "\n" not in rest
