"""Pure: how the middle column is divided, from the room, the theme and the scenario alone: never from a run."""

import enum

from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.theme.theme import Theme

LEAST_LINES = 8  # of the program that are in sight
LEAST_LANES = 3  # threads, and a row for one lock


class Stacking(enum.Enum):
    """What shares the room of one panel, of which one shows at a time."""

    PLOTS = "plots"  # the plots below the timeline
    BELOW = "below"  # with them the program and its output
    ALL = "all"  # with them the timeline


@lazy_dataclass(frozen=True)
class Arrangement:
    """Pixels from above: the timeline, the deck, the program with its output; 0: it is a page of the deck."""

    stacking: Stacking
    timeline: int
    deck: int
    below: int


def lane_least(theme: Theme) -> int:
    """Pixels of a lane with room for the name of its thread."""
    return theme.px(theme.measures.lane_name * 1.75) + 3


def timeline_presented(theme: Theme) -> int:
    """Pixels for lanes as large as they are measured for presenting: there the timeline has no header and no legend."""
    pixels = theme.pixels
    lanes = pixels.lane_main + (LEAST_LANES - 1) * pixels.lane + pixels.lane_lock
    return pixels.lane_top + lanes + pixels.axis + 3


def timeline_least(theme: Theme) -> int:
    """Pixels at which LEAST_LANES threads, a lock and the axis can be read; legend and overview give way first."""
    pixels = theme.pixels
    lanes = max(pixels.lane_main, lane_least(theme)) + (LEAST_LANES - 1) * lane_least(theme) + pixels.lane_lock
    return pixels.header + pixels.lane_top + lanes + pixels.axis + 3


def program_least(theme: Theme) -> int:
    """Pixels at which LEAST_LINES of the program can be read."""
    return theme.pixels.header + LEAST_LINES * theme.pixels.code_line + theme.px(18)  # a bar to scroll sideways, too


def arrange(theme: Theme, room: int, *, compares: bool) -> Arrangement:
    """The column of `room` pixels; `compares`: what the deck shows is what the scenario is about."""
    gap, plot = theme.pixels.gap, theme.pixels.plot
    timeline, below = timeline_least(theme), program_least(theme)
    if theme.presents and room >= timeline - theme.pixels.header + below + gap:
        high = min(timeline_presented(theme), room - below - gap)
        return Arrangement(Stacking.BELOW, high, room - high - gap, 0)
    full = timeline + theme.pixels.legend + theme.pixels.overview
    spare = room - full - plot - below - 2 * gap
    if spare >= 0:
        shares = (0.3, 0.5) if compares else (0.45, 0.2)
        high, deck = full + round(spare * shares[0]), plot + round(spare * shares[1])
        return Arrangement(Stacking.PLOTS, high, deck, room - high - deck - 2 * gap)
    spare = room - timeline - max(plot, below) - gap
    if spare >= 0:
        high = timeline + min(round(spare * 0.7), full - timeline + theme.px(60))
        return Arrangement(Stacking.BELOW, high, room - high - gap, 0)
    return Arrangement(Stacking.ALL, 0, room, 0)
