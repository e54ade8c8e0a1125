"""How the middle column is divided: before the run, from theme, room and scenario; large enough for what is in it."""

import pytest

from gui.theme import theme
from gui.theme.appearance import Appearance
from gui.view_state.arrangement import (
    LEAST_LANES,
    LEAST_LINES,
    Arrangement,
    Stacking,
    arrange,
    lane_least,
    program_least,
    timeline_least,
)

SIZES = [(1280, 720), (1366, 768), (1920, 1080), (3840, 2160)]
SCALES = [1.0, 1.25, 1.5, 2.0]


def worn(size: tuple[int, int], scale: float, *, presents: bool = False) -> theme.Theme:
    made = Appearance("dark", scale)
    made.present(presents)
    made.fit(*size)
    return made.theme


def room_of(size: tuple[int, int], dress: theme.Theme) -> int:
    around = 2 * dress.pixels.gap + (0 if dress.presents else dress.pixels.toolbar + dress.pixels.status)
    return size[1] - around


def parts(found: Arrangement) -> list[int]:
    return [part for part in (found.timeline, found.deck, found.below) if part]


@pytest.mark.parametrize("presents", [False, True])
@pytest.mark.parametrize("compares", [False, True])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("size", SIZES)
def test_that_three_lanes_and_eight_lines_are_seen_or_chosen(
    size: tuple[int, int], scale: float, compares: bool, presents: bool
) -> None:
    dress = worn(size, scale, presents=presents)
    room = room_of(size, dress)
    found = arrange(dress, room, compares=compares)
    assert sum(parts(found)) + (len(parts(found)) - 1) * dress.pixels.gap == room, "all of the room, and no more"
    header = dress.pixels.header if presents and found.stacking is not Stacking.ALL else 0
    if found.stacking is not Stacking.ALL:
        assert found.timeline >= timeline_least(dress) - header
    code = found.below if found.stacking is Stacking.PLOTS else found.deck
    if found.stacking is not Stacking.ALL:
        assert code >= program_least(dress)


def test_that_a_desk_shows_timeline_plots_and_program_at_once() -> None:
    for size in SIZES:
        dress = worn(size, 1.0)
        assert arrange(dress, room_of(size, dress), compares=False).stacking is Stacking.PLOTS, size


def test_that_what_compares_gives_the_deck_what_is_spare() -> None:
    dress = worn((1920, 1080), 1.0)
    room = room_of((1920, 1080), dress)
    usual, compares = (arrange(dress, room, compares=one) for one in (False, True))
    assert compares.deck > usual.deck > dress.pixels.plot
    assert usual.timeline > compares.timeline > timeline_least(dress)


@pytest.mark.parametrize("size", SIZES[:3])
def test_that_presented_lanes_are_as_large_as_the_look_says(size: tuple[int, int]) -> None:
    dress = worn(size, 1.0, presents=True)
    found = arrange(dress, room_of(size, dress), compares=False)
    assert found.stacking is Stacking.BELOW
    pixels = dress.pixels
    lanes = pixels.lane_main + 2 * pixels.lane + pixels.lane_lock
    assert found.timeline >= min(pixels.lane_top + lanes + pixels.axis, 0.45 * size[1])


def test_that_a_lane_has_room_for_its_name_and_the_least_for_some_of_them() -> None:
    for scale in SCALES:
        dress = worn((1280, 720), scale)
        assert lane_least(dress) > dress.px(dress.measures.lane_name)
        assert timeline_least(dress) > LEAST_LANES * dress.px(dress.measures.lane_name)
        assert program_least(dress) > LEAST_LINES * dress.pixels.code_line
