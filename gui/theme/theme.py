"""Every colour, font and measure of the window, by name. Values come from the measures of the design."""

import enum
from dataclasses import fields, replace
from functools import cached_property

from engine.frame import State
from engine.protocol.lazy_dataclass import lazy_dataclass


class Hatch(enum.Enum):
    """The pattern on a span: a state is never told by colour alone."""

    NONE = "none"
    RISING = "/"
    FALLING = "\\"
    BARS = "horizontal"
    DOTS = "dots"
    UPRIGHT = "vertical"
    CROSS = "cross"
    GRID = "grid"
    ZIGZAG = "zigzag"
    LINE = "line"  # no bar at all, a dashed line


@lazy_dataclass(frozen=True)
class Look:
    """How spans of one state are drawn."""

    letter: str
    fill: str
    hatch: Hatch
    hatch_ink: str
    edge: str
    badge: str  # behind the letter
    ink: str  # of the letter


HUES = ("#009E73", "#E69F00", "#CC79A7", "#0072B2", "#D55E00")  # of running, holding, waiting, sleeping, what is lost

# Eight hues that are told apart with each kind of colour blindness, and from the states' hues: found by search over
# the least CIEDE2000 distance in four kinds of vision (tests/gui/test_colour_vision.py measures them). The order puts
# those first that differ most; the fifth has the shape of the first and is far from it, and so on.
THREADS = ("#f2d509", "#13efe9", "#9566ee", "#948151", "#9db6ff", "#dcec93", "#86b862", "#feafa9")
DARK_TEXTS = ("#c3cad2", "#d7c501", "#0cf0ff", "#9889fb", "#a69e74", "#86bbff", "#edf3a6", "#93cf7c", "#f2b3ae")
LIGHT_TEXTS = ("#4d5661", "#694500", "#045c4d", "#8523e3", "#3c3f1b", "#594790", "#405d38", "#2c7535", "#710203")


@lazy_dataclass(frozen=True)
class Colours:
    """Named colours of one theme, as #rrggbb: those of the dark one, unless they are given."""

    window: str = "#16191d"
    panel: str = "#1b1f24"
    raised: str = "#262b32"
    sunken: str = "#121519"
    line: str = "#2c323a"
    line2: str = "#434c57"
    text: str = "#e7eaee"
    muted: str = "#abb4be"
    faint: str = "#87919c"
    accent: str = "#a8b6dc"
    accent_ink: str = "#141821"
    accent_soft: str = "#292f3f"
    lost: str = "#D55E00"
    lost_text: str = "#f28a4a"
    gap: str = "#80311a"
    grid: str = "#262b32"
    line_highlight: str = "#22272e"
    keyword: str = "#b3b7ee"
    string: str = "#b9c79f"
    number: str = "#dcc09a"
    call: str = "#9fcdd0"
    comment: str = "#87919c"
    ink: str = "#101418"  # dark ink on every bright fill
    outline: str = "#1b1f24"  # around thread badges; the panel's colour where none is needed
    threads: tuple[str, ...] = ("#94979a", *THREADS)  # fills of badges: MainThread, then hues that repeat
    thread_texts: tuple[str, ...] = DARK_TEXTS  # the same, as text on a panel


@lazy_dataclass(frozen=True)
class Measures:
    """Sizes in pixels at text scale 1: those of a wide window, unless they are given."""

    base: int = 15
    small: int = 13
    key: int = 12
    heading: int = 18
    verdict: int = 56
    code: int = 15
    code_line: int = 22
    tick: int = 13
    letter: int = 12
    lane_name: int = 15
    toolbar: int = 48
    status: int = 32
    left: int = 240
    right: int = 304
    gap: int = 8
    radius: int = 8
    header: int = 40
    padding: int = 16
    timeline: int = 304
    plot: int = 208
    lane_top: int = 28
    lane_main: int = 36
    lane: int = 56
    lane_lock: int = 24
    process_gap: int = 6  # above the lanes of another process
    task: int = 16  # the name of a task, above its bar
    part: int = 20  # a row of brackets, above the lanes
    axis: int = 28
    bar_main: int = 20
    bar: int = 36
    bar_lock: int = 16
    name_column: int = 208
    legend: int = 36
    chip: int = 28
    overview: int = 28  # the strip of the whole run
    output_line: int = 28
    output_width: int = 424
    badge: int = 20
    switches: int = 96
    knobs: int = 192


@lazy_dataclass(frozen=True)
class Theme:
    """All of it: what `Panel.dress` is given."""

    name: str  # one of NAMES
    colours: Colours
    measures: Measures
    looks: dict[State, Look]
    hollow: dict[State, Look]  # work whose processor time is known, where it got none
    compact: bool
    scale: float = 1.0
    presents: bool = False
    ui_font: str = "Inter"
    code_font: str = "JetBrains Mono"

    @property
    def edge(self) -> int:
        """Pixels of the edges of cards, buttons and fields."""
        return 2 if self.name == "contrast" else 1

    @property
    def size(self) -> str:
        """Which of the measures it wears: sizes that the hand gave are kept for each."""
        return "present" if self.presents else "compact" if self.compact else "wide"

    def px(self, size: float) -> int:
        """A size at this text scale."""
        return max(1, round(size * self.scale))

    @cached_property
    def pixels(self) -> Measures:
        """All measures at this text scale, so that whoever draws needs not ask for each."""
        return Measures(**{one.name: self.px(getattr(self.measures, one.name)) for one in fields(Measures)})


DARK = Colours()

LIGHT = Colours(
    window="#fbfbfa", panel="#ffffff", raised="#eff0ef", sunken="#f5f5f3", line="#dadde1", line2="#b4bac2",
    text="#1a1f25", muted="#4d5661", faint="#66707b", accent="#46568c", accent_ink="#ffffff",
    accent_soft="#e5e9f4", lost="#D55E00", lost_text="#b04a00", gap="#f3b79a", grid="#e9ebed",
    line_highlight="#f1f2f5", keyword="#45459c", string="#4b6a2c", number="#86561f", call="#1d6069",
    comment="#66707b", ink="#101418", outline="#1a1f25",
    threads=("#979a9d", *THREADS), thread_texts=LIGHT_TEXTS,
)  # fmt: skip

# For eyes and projectors to which the other two are too faint: no tinted ground, white edges, nothing that is grey on
# grey. The hues of states and threads are those of the other themes, because each has one meaning.
CONTRAST = Colours(
    window="#000000", panel="#000000", raised="#000000", sunken="#000000", line="#9a9a9a", line2="#ffffff",
    text="#ffffff", muted="#e2e2e2", faint="#bdbdbd", accent="#00d5ff", accent_ink="#000000",
    accent_soft="#003d4d", lost="#D55E00", lost_text="#ff7d30", gap="#a83c10", grid="#4a4a4a",
    line_highlight="#262626", keyword="#bfc2ff", string="#c4f08a", number="#ffd08a", call="#8ff0f5",
    comment="#bdbdbd", ink="#000000", outline="#000000",
    threads=("#94979a", *THREADS), thread_texts=("#ffffff", *DARK_TEXTS[1:]),
)  # fmt: skip
SCHEMES = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST}  # in the order in which the key goes through them
NAMES = tuple(SCHEMES)

# Which colour is written on which: every pair that a panel, a plot or Qt writes. Each has a contrast of 4.5 at least
# in every theme; whoever writes a new pair adds it here.
PLAIN = ("window", "panel", "raised", "sunken", "line_highlight", "accent_soft")
TEXT_ON = {
    "text": PLAIN,
    "muted": PLAIN,
    "faint": ("window", "panel", "sunken", "line_highlight"),
    "accent": ("window", "panel", "line_highlight"),
    "accent_ink": ("accent",),
    "lost_text": ("window", "panel", "raised", "sunken", "line_highlight"),
    "keyword": ("panel", "line_highlight"),
    "string": ("panel", "line_highlight"),
    "number": ("panel", "line_highlight"),
    "call": ("panel", "line_highlight"),
    "comment": ("panel", "line_highlight"),
    "ink": ("lost", "threads"),
    "thread_texts": ("panel", "line_highlight"),
}

WIDE = Measures()

PRESENT = Measures(
    base=24, small=20, key=18, heading=30, verdict=128, code=24, code_line=44, tick=20, letter=20, lane_name=24,
    toolbar=64, status=40, left=320, right=576, gap=16, header=64, padding=24, timeline=488, plot=320,
    lane_top=48, lane_main=64, lane=144, lane_lock=44, process_gap=10, task=28, part=36, axis=44,
    bar_main=40, bar=72, bar_lock=28, name_column=256, legend=56, chip=44, overview=40,
    output_line=44, output_width=640, badge=32,
)  # fmt: skip

COMPACT = Measures(
    base=13, small=12, key=11, heading=15, verdict=36, code=13, code_line=20, tick=11, letter=11, lane_name=13,
    toolbar=40, status=24, left=48, right=256, gap=8, radius=8, header=32, padding=12, timeline=228, plot=128,
    lane_top=26, lane_main=24, lane=36, lane_lock=20, process_gap=4, task=14, part=16, axis=22,
    bar_main=18, bar=24, bar_lock=14,
    name_column=144, legend=32, chip=24, overview=22,
    output_line=20, output_width=272, badge=16, switches=72, knobs=128,
)  # fmt: skip


@lazy_dataclass(frozen=True)
class Tints:
    """What the looks of states are made from, each as fill, hatch and edge; `held` and `run` without their fill."""

    waiting: tuple[str, str, str]
    sleeping: tuple[str, str, str]
    idle: tuple[str, str, str]
    held: tuple[str, str]
    run: tuple[str, str]
    hollow: tuple[str, str]  # grounds of running and holding where no processor was had
    veil: float
    """How much of a bar the ground of a task's name hides, where its fill says how much processor time there was: the
    level goes on below the letters, and these still have a contrast of 4.5 on the full part and on the empty one."""


TINTS = {
    "dark": Tints(
        ("#46363f", "#8b5a75", "#b56c94"), ("#143247", "#1f6fa5", "#2a8fcb"), ("#23282f", "#59636f", "#59636f"),
        ("#8a5f00", "#E69F00"), ("#00694c", "#009E73"), ("#12352f", "#3a2f1b"), 0.55,
    ),
    "light": Tints(
        ("#f7e4ef", "#cf84ae", "#94466e"), ("#d5e8f5", "#6aabd4", "#004f7c"), ("#f1f2f3", "#aab1b9", "#8d96a0"),
        ("#9c6c00", "#8f6200"), ("#00694c", "#00694c"), ("#d6efe7", "#fbecd0"), 0.25,
    ),
    "contrast": Tints(
        ("#000000", "#a8578a", "#ff9ad5"), ("#000000", "#1f7fc0", "#5cc0ff"), ("#000000", "#707070", "#c4c4c4"),
        ("#7a5200", "#ffc94d"), ("#004d38", "#3ddcae"), ("#000000", "#000000"), 0.62,
    ),
}  # fmt: skip


def _looks(c: Colours, tints: Tints) -> dict[State, Look]:
    """Work is filled, waiting is tinted; all waiting for one another shares a hue and differs in hatch and letter."""
    green, orange, pink, blue, red = HUES
    tint, tint_ink, tint_edge = tints.waiting
    sleep, sleep_ink, sleep_edge = tints.sleeping
    grey, grey_ink, grey_edge = tints.idle
    (held_ink, held_edge), (file_ink, run_edge) = tints.held, tints.run

    def waiting(letter: str, hatch: Hatch) -> Look:
        return Look(letter, tint, hatch, tint_ink, tint_edge, pink, c.ink)

    return {
        State.CREATED: Look("N", c.panel, Hatch.LINE, grey_ink, grey_edge, c.panel, c.text),
        State.RUNNING: Look("R", green, Hatch.NONE, green, run_edge, green, c.ink),
        State.HOLDING: Look("H", orange, Hatch.RISING, held_ink, held_edge, orange, c.ink),
        State.HOLDING_ASLEEP: Look("H", orange, Hatch.BARS, held_ink, held_edge, orange, c.ink),
        State.WAIT_LOCK: waiting("W", Hatch.FALLING),
        State.WAIT_SEMAPHORE: waiting("M", Hatch.GRID),
        State.WAIT_EVENT: waiting("E", Hatch.UPRIGHT),
        State.WAIT_CONDITION: waiting("C", Hatch.CROSS),
        State.WAIT_QUEUE: waiting("Q", Hatch.BARS),
        State.WAIT_BARRIER: waiting("B", Hatch.DOTS),
        State.WAIT_NETWORK: waiting("D", Hatch.RISING),
        State.WAIT_INPUT: waiting("?", Hatch.NONE),
        State.WAIT_RESULT: waiting("V", Hatch.ZIGZAG),
        State.WAIT_UNWATCHED: Look("Z", sleep, Hatch.ZIGZAG, sleep_ink, sleep_edge, blue, "#ffffff"),
        State.WAIT_AWAIT: Look("A", sleep, Hatch.DOTS, sleep_ink, sleep_edge, blue, "#ffffff"),
        State.WAIT_LOOP: Look("L", grey, Hatch.BARS, grey_ink, grey_edge, c.raised, c.text),
        State.WAIT_TASK: Look("O", c.panel, Hatch.DOTS, c.line2, c.line, c.panel, c.muted),
        State.SLEEPING: Look("S", sleep, Hatch.BARS, sleep_ink, sleep_edge, blue, "#ffffff"),
        State.FILE: Look("I", green, Hatch.UPRIGHT, file_ink, run_edge, green, c.ink),
        State.WAIT_JOIN: Look("J", grey, Hatch.DOTS, grey_ink, grey_edge, c.raised, c.text),
        State.ENDED: Look("F", c.panel, Hatch.LINE, grey_ink, grey_edge, c.panel, c.text),
        State.UNJOINED: Look("U", grey, Hatch.NONE, grey_ink, grey_edge, c.raised, c.text),
        State.CUT: Look("K", c.panel, Hatch.LINE, red, red, red, c.ink),
        State.DIED: Look("X", c.panel, Hatch.LINE, red, red, red, c.ink),
    }  # fmt: skip


def _hollow(looks: dict[State, Look], tints: Tints) -> dict[State, Look]:
    """Tinted like waiting, for a thread that has work and no processor waits for one."""
    green, orange = tints.hollow
    grounds = {State.RUNNING: green, State.FILE: green, State.HOLDING: orange}
    return {state: replace(looks[state], fill=fill) for state, fill in grounds.items()}


def make(name: str, compact: bool, scale: float = 1.0, presents: bool = False) -> Theme:
    """The theme of a name. Raises ValueError for one that is not in NAMES."""
    if name not in SCHEMES:
        raise ValueError(f"no theme named {name!r}: choose one of {', '.join(NAMES)}")
    colours, tints = SCHEMES[name], TINTS[name]
    looks = _looks(colours, tints)
    measures = PRESENT if presents else COMPACT if compact else WIDE
    return Theme(name, colours, measures, looks, _hollow(looks, tints), compact, scale, presents)


def next_name(name: str) -> str:
    """The theme after this one; after the last comes the first."""
    return NAMES[(NAMES.index(name) + 1) % len(NAMES)]


def badge_number(badge: str) -> int:
    """What the badge of a thread, process or task counts: 2 of "2", "P2" and "P1.2"; 0 of "M", the main thread."""
    digits = badge[len(badge.rstrip("0123456789")) :]
    return int(digits) if digits else 0


def hue_of(badge: str, hues: int) -> int:
    """Which of so many hues a badge has: the first is the main thread's, the others repeat; the number identifies."""
    number = badge_number(badge)
    return 1 + (number - 1) % (hues - 1) if number else 0


def thread_colour(colours: Colours, badge: str) -> str:
    """The fill of a badge."""
    return colours.threads[hue_of(badge, len(colours.threads))]


def thread_text(colours: Colours, badge: str) -> str:
    """The colour of a thread's text on a panel."""
    return colours.thread_texts[hue_of(badge, len(colours.thread_texts))]


UNDRESSED = make("dark", compact=False)  # what a widget wears until it is given the theme of its window
