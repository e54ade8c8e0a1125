"""Which line on the screen is which line of the run."""

import random

import pytest

from gui.view_state.line_map import LineMap, matched


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("abc", "abc", [0, 1, 2]),
        ("abc", "axbc", [0, -1, 1, 2]),
        ("abc", "ac", [0, 2]),
        ("abc", "axc", [0, -1, 2]),
        ("abcdef", "axcdyf", [0, -1, 2, 3, -1, 5]),
        ("", "ab", [-1, -1]),
        ("ab", "", []),
        ("aab", "ab", [0, 2]),
    ],
)
def test_that_lines_that_are_the_same_are_found(old: str, new: str, found: list[int]) -> None:
    assert matched(list(old), list(new)) == found


def test_that_long_texts_that_differ_at_both_ends_are_matched_between() -> None:
    old = [f"line {n}" if n % 3 else "" for n in range(3000)]
    new = ["changed", *old[1:1500], "more", *old[1500:2990], "end"]
    found = matched(old, new)
    assert found[0] == -1
    assert found[1:1500] == list(range(1, 1500))
    assert found[1500] == -1
    assert found[1501:2991] == list(range(1500, 2990))


def test_that_long_texts_without_a_common_line_have_none() -> None:
    assert set(matched(["a"] * 500, ["b"] * 500)) == {-1}


@pytest.mark.parametrize("seed", range(5))
def test_that_a_map_that_follows_keys_keeps_the_order_and_the_words(seed: int) -> None:
    dice = random.Random(seed)
    ran = [dice.choice(["", "pass", f"x = {n}", "    return"]) for n in range(120)]
    lines, found = list(ran), LineMap()
    for _ in range(60):
        at = dice.randrange(len(lines))
        what = dice.random()
        if what < 0.4:
            lines[at] += "x"
        elif what < 0.7:
            lines.insert(at, "new")
        else:
            del lines[at : at + dice.randrange(4)]
            lines = lines or [""]
        found.follow("\n".join(ran), "\n".join(lines))
        shown = [found.of_run(number) for number in range(1, len(lines) + 1)]
        known = [one for one in shown if one]
        assert known == sorted(set(known))
        for number, one in enumerate(shown, 1):
            if one:
                assert ran[one - 1] == lines[number - 1]
                assert found.on_screen(one) == number


def test_that_a_text_that_is_as_it_ran_is_no_edited_one() -> None:
    found = LineMap()
    assert not found.follow("", "a\nb"), "no run"
    assert found.on_screen(2) == 2
    assert not found.follow("a\nb", "a\nb")
    assert found.follow("a\nb", "x\na\nb")
    assert (found.edited, found.on_screen(1), found.of_run(1), found.of_run(3)) == (True, 2, 0, 2)
    assert found.follow("a\nb", "a\nb"), "undone"
    assert (found.edited, found.on_screen(2)) == (False, 2)
    found.follow("a\nb", "a\nc")
    assert (found.on_screen(2), found.on_screen(0), found.on_screen(9)) == (0, 0, 0)


def test_that_a_changed_line_that_is_changed_back_is_the_line_again() -> None:
    found = LineMap()
    for text, line in (("a\nb\nc", 2), ("a\nbx\nc", 0), ("a\nbx\nc\nd", 0), ("a\nb\nc\nd", 2)):
        found.follow("a\nb\nc", text)
        assert found.on_screen(2) == line
