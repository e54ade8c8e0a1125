"""Which panels the presenter wants to see, and how large: kept for each lesson, for presenting apart from the desk."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.protocol.lazy_dataclass import lazy_dataclass, values_of

PRESENTED = frozenset({"toolbar", "lessons", "lesson", "knobs", "switches", "launch", "output", "status"})
"""Hidden while presenting, until they are asked for. Switches are flipped by their keys, and shown in the program."""
LARGEST = 2**24 - 1  # pixels that Qt takes
PASSING = frozenset({"trouble", "paused"})  # laid over others: what is closed comes again with the next run


@lazy_dataclass(frozen=True)
class PanelChoice:
    """What was chosen for one lesson."""

    page: str = ""  # of the deck; "": the first one
    hidden: frozenset[str] = frozenset()  # ids of panels
    alone: str = ""  # the panel that is shown alone, "" for none
    sizes: Mapping[str, Sequence[int]] = field(default_factory=dict)  # of columns and rows by name, pixels


@dataclass
class PanelChoices:
    """The one owner of what is hidden, shown alone, and whether the window presents. `changed` is called after each."""

    kept: dict[str, PanelChoice] = field(default_factory=dict)  # by lesson; "lesson*" while presenting
    last: dict[str, Sequence[int]] = field(default_factory=dict)  # sizes that hold where a lesson has none of its own
    lesson: str = ""
    presenting: bool = False
    closed: frozenset[str] = frozenset()  # until the next run or lesson
    changed: Callable[[], None] = lambda: None

    @property
    def now(self) -> PanelChoice:
        """What holds for the open lesson."""
        usual = PanelChoice(hidden=PRESENTED) if self.presenting else PanelChoice()
        return self.kept.get(self._key, usual)

    @property
    def alone(self) -> str:
        """The panel that is shown alone, "" for none."""
        return self.now.alone

    @property
    def sizes(self) -> dict[str, Sequence[int]]:
        """Sizes that the hand gave, by name."""
        return {**self.last, **self.now.sizes}

    @property
    def _key(self) -> str:
        return self.lesson + "*" * self.presenting

    def opened(self, lesson: str) -> None:
        """Another lesson: its own choices hold."""
        if lesson != self.lesson:
            self.lesson = lesson
            self.changed()

    def begun(self) -> None:
        """A run, a lesson or a notice is new: what was closed may come again."""
        if self.closed:
            self.closed = frozenset()
            self.changed()

    def turn_to(self, page: str) -> None:
        """A page of the deck was chosen."""
        self._keep(replace(self.now, page=page))

    def hide(self, panel: str, hidden: bool) -> None:
        """Hides a panel, or shows it again."""
        if panel in PASSING:
            self.closed = self.closed | {panel} if hidden else self.closed - {panel}
            self.changed()
            return
        now = self.now
        alone = "" if panel == now.alone else now.alone
        self._keep(replace(now, hidden=now.hidden | {panel} if hidden else now.hidden - {panel}, alone=alone))

    def show_alone(self, panel: str) -> None:
        """This panel and nothing else; "" or the same one again: all that is chosen."""
        self._keep(replace(self.now, alone="" if panel == self.now.alone else panel))

    def size(self, name: str, sizes: Sequence[int]) -> None:
        """The hand has divided a column or a row; it stands so already, so nobody is told."""
        self.last[name] = list(sizes)
        self.kept[self._key] = replace(self.now, sizes={**self.now.sizes, name: list(sizes)})

    def present(self, on: bool) -> None:
        """Begins or ends presenting."""
        self.presenting = on
        self.changed()

    def visible(self, panel: str) -> bool:
        """Whether a panel that has something to show is to be seen."""
        if panel in PASSING:
            return panel not in self.closed
        return panel == self.alone if self.alone else panel not in self.now.hidden

    def _keep(self, choice: PanelChoice) -> None:
        if choice != self.now:
            self.kept[self._key] = choice
            self.changed()


def written(choices: Mapping[str, PanelChoice]) -> dict[str, str]:
    """As texts for a settings file, by lesson."""
    return {name: json.dumps({**values_of(one), "hidden": sorted(one.hidden)}) for name, one in choices.items()}


def understood(text: str) -> PanelChoice | None:
    """What `written` wrote, None for anything else; ids that are no panel's do no harm."""
    try:
        table = json.loads(text)
        sizes = {str(name): [int(one) for one in each] for name, each in table["sizes"].items()}
        if not all(0 <= one <= LARGEST for each in sizes.values() for one in each):
            return None
        return PanelChoice(str(table["page"]), frozenset(map(str, table["hidden"])), str(table["alone"]), sizes)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return None
