"""Which panels the presenter wants to see: kept for each lesson, and for presenting apart from the desk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

PRESENTED = frozenset({"toolbar", "lessons", "lesson", "knobs", "output", "status"})  # hidden until they are asked for


@dataclass(frozen=True)
class PanelChoice:
    """What was chosen for one lesson."""

    page: str = ""  # of the deck; "": the first one
    hidden: frozenset[str] = frozenset()  # ids of panels


@dataclass
class PanelChoices:
    """The one owner of what is hidden, shown alone, and whether the window presents. `changed` is called after each."""

    kept: dict[str, PanelChoice] = field(default_factory=dict)  # by lesson; "lesson*" while presenting
    lesson: str = ""
    alone: str = ""  # the panel that is shown alone, "" for none
    presenting: bool = False
    changed: Callable[[], None] = lambda: None

    @property
    def now(self) -> PanelChoice:
        """What holds for the open lesson."""
        usual = PanelChoice(hidden=PRESENTED) if self.presenting else PanelChoice()
        return self.kept.get(self._key, usual)

    @property
    def _key(self) -> str:
        return self.lesson + "*" * self.presenting

    def opened(self, lesson: str) -> None:
        """Another lesson: its own choices hold."""
        if lesson != self.lesson:
            self.lesson, self.alone = lesson, ""
            self.changed()

    def turn_to(self, page: str) -> None:
        """A page of the deck was chosen."""
        self._keep(replace(self.now, page=page))

    def hide(self, panel: str, hidden: bool) -> None:
        """Hides a panel, or shows it again."""
        now = self.now
        self._keep(replace(now, hidden=now.hidden | {panel} if hidden else now.hidden - {panel}))

    def show_alone(self, panel: str) -> None:
        """This panel and nothing else; "" or the same one again: all that is chosen."""
        self.alone = "" if panel == self.alone else panel
        self.changed()

    def present(self, on: bool) -> None:
        """Begins or ends presenting."""
        self.presenting, self.alone = on, ""
        self.changed()

    def visible(self, panel: str) -> bool:
        """Whether a panel that has something to show is to be seen."""
        return panel == self.alone if self.alone else panel not in self.now.hidden

    def _keep(self, choice: PanelChoice) -> None:
        if choice != self.now:
            self.kept[self._key] = choice
            self.changed()


def written(choices: Mapping[str, PanelChoice]) -> dict[str, str]:
    """As texts for a settings file, by lesson."""
    return {name: "|".join([one.page, *sorted(one.hidden)]) for name, one in choices.items()}


def understood(text: str) -> PanelChoice:
    """What `written` wrote; ids that are no panel's do no harm."""
    page, *hidden = text.split("|")
    return PanelChoice(page, frozenset(filter(None, hidden)))
