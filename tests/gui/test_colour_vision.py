"""Threads are told apart by every eye, no thread looks like a state, and every text can be read, in every theme."""

from itertools import combinations, pairwise

import pytest

from engine.frame import State
from gui.theme import theme
from gui.theme.theme import HUES, NAMES, SCHEMES, TEXT_ON, THREADS, Theme
from gui.widgets.drawing import badge_shape
from tests.gui.colour_vision import VISIONS, contrast, distance, seen

# Least distances in CIEDE2000, of which 1 is just seen side by side and 2 to 3 at a glance. Badges stand far apart, are
# small, and are told from memory of a legend: 10 is what qualitative palettes for maps keep for that (Harrower and
# Brewer, ColorBrewer). With all hues there is room for half as much again.
APART = {"all hues": 15.0, "protanopia": 10.0, "deuteranopia": 10.0, "tritanopia": 10.0}
# Two threads of one shape rest on colour and number alone.
SAME_SHAPE = 20.0
# A state is a bar with a hatch, a letter and a square; a thread a badge with a number: nobody sees them side by side.
FROM_STATES = {"all hues": 15.0, "protanopia": 7.5, "deuteranopia": 7.5, "tritanopia": 7.5}
# A line of text has its thread's badge beside it, and dark text on white leaves less room.
TEXTS_APART = {"all hues": 10.0, "protanopia": 6.0, "deuteranopia": 6.0, "tritanopia": 6.0}
READABLE = 4.5  # WCAG 2, level AA, for text of any size

SHARMA = (  # from the test data of Sharma, Wu and Dalal
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
)


def apart(colours: "tuple[str, ...]", vision: str) -> float:
    """The least distance of any two."""
    return min(distance(seen(one, vision), seen(other, vision)) for one, other in combinations(colours, 2))


@pytest.mark.parametrize(("one", "other", "told"), SHARMA)
def test_that_the_distance_is_that_of_the_published_test_data(one, other, told) -> None:
    assert distance(one, other) == pytest.approx(told, abs=1e-4)


def test_that_white_stays_white_for_every_eye_and_red_and_green_come_near_for_two_of_them() -> None:
    far = {vision: distance(seen("#c04000", vision), seen("#508000", vision)) for vision in VISIONS}
    assert all(seen("#ffffff", vision) == pytest.approx((100, 0, 0), abs=0.2) for vision in VISIONS)
    assert far["all hues"] > 2 * max(far["protanopia"], far["deuteranopia"])
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("vision", VISIONS)
def test_that_eight_threads_and_the_main_thread_are_told_apart_by_every_eye(vision: str) -> None:
    assert len(THREADS) == 8
    for name in NAMES:
        assert apart(SCHEMES[name].threads, vision) >= APART[vision], name


@pytest.mark.parametrize("vision", VISIONS)
def test_that_threads_of_one_shape_are_farther_apart_still(vision: str) -> None:
    for one, other in combinations(range(8), 2):
        if badge_shape(str(one + 1)) is badge_shape(str(other + 1)):
            assert distance(seen(THREADS[one], vision), seen(THREADS[other], vision)) >= SAME_SHAPE, (one, other)


@pytest.mark.parametrize("vision", VISIONS)
def test_that_no_thread_looks_like_a_state(vision: str) -> None:
    for hue in HUES:
        least = min(distance(seen(hue, vision), seen(thread, vision)) for thread in THREADS)
        assert least >= FROM_STATES[vision], hue


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", NAMES)
def test_that_what_threads_print_is_told_apart_and_is_no_error(name: str, vision: str) -> None:
    colours = SCHEMES[name]
    assert apart((*colours.thread_texts, colours.lost_text), vision) >= TEXTS_APART[vision]


def test_that_shape_and_hue_together_come_again_after_sixteen_threads_at_the_earliest() -> None:
    signs = [(badge_shape(str(number)), theme.thread_colour(theme.DARK, str(number))) for number in range(1, 17)]
    assert len(set(signs)) == len(signs)


def grounds(made: Theme) -> "list[tuple[str, str, str]]":
    """Every text and its ground: what they are, and their colours."""
    found, colours = [], made.colours

    def of(name: str) -> "tuple[str, ...]":
        value = getattr(colours, name)
        return value if isinstance(value, tuple) else (value,)

    for ink, places in TEXT_ON.items():
        found += [(f"{ink} on {place}", one, other) for place in places for one in of(ink) for other in of(place)]
    found += [(f"letter of {state.name}", look.ink, look.badge) for state, look in made.looks.items()]
    found += [(f"name on empty {state.name}", colours.text, look.fill) for state, look in made.hollow.items()]
    solid = (State.RUNNING, State.HOLDING, State.HOLDING_ASLEEP, State.FILE)
    for state, look in made.looks.items():
        found.append((f"name on {state.name}", colours.ink if state in solid else colours.text, look.fill))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_that_every_text_has_a_contrast_of_at_least_four_and_a_half(name: str) -> None:
    told = {what: round(contrast(ink, ground), 2) for what, ink, ground in grounds(theme.make(name, compact=False))}
    assert {what: one for what, one in told.items() if one < READABLE} == {}


def test_that_the_theme_of_high_contrast_keeps_its_word() -> None:
    made = theme.make("contrast", compact=False)
    assert min(contrast(ink, "#000000") for ink in (made.colours.text, made.colours.muted, made.colours.faint)) >= 10
    assert min(contrast(look.edge, "#000000") for look in made.looks.values() if look.edge != HUES[4]) >= 4.5
    assert made.edge > theme.make("dark", compact=False).edge


def test_that_the_key_goes_through_all_themes_and_begins_again() -> None:
    assert [theme.next_name(name) for name in NAMES] == [*NAMES[1:], NAMES[0]]
    assert all(one != other for one, other in pairwise(NAMES))
