"""The lesson of the open scenario: Markdown whose links change the settings."""

from PySide6.QtCore import QSize

from gui import actions
from gui.panel import Commands, Course, PanelInfo, Place
from gui.theme.theme import Theme
from gui.widgets.card import Card
from gui.widgets.markdown_view import MarkdownView, follow

SHARE = 2  # of the height that is spare, as much as the verdict's


class Lesson(Card):
    """Prose, and what to try."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Lesson"))
        self._current = ""
        self._share(SHARE)
        self.browser = MarkdownView(self.tr("Lesson"))
        self.browser.anchorClicked.connect(lambda link: follow(commands, link))
        self.body.addWidget(self.browser)

    def sizeHint(self) -> QSize:
        """Prose takes the height that is left and asks for none: the column scrolls only when it must."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def opened(self, course: Course) -> None:
        if course.scenario.page:
            return  # shown in the middle
        self._share(0 if course.scenario.cwd is not None else SHARE)
        again, self._current = course.current == self._current, course.current
        bare = self.tr("This program has no text. What stands in a file lesson.md beside it is shown here.")
        if course.scenario.cwd is not None:
            bare = self._of_ones_own()
        words = course.lesson or (bare if course.current else self.tr("Choose a lesson from the list at the left."))
        self.browser.tell(words, str(course.scenario.folder), again=again)

    def _share(self, share: int) -> None:
        """Of the height that is spare: none where the verdict has more to say than it."""
        policy = self.sizePolicy()
        policy.setVerticalStretch(share)
        self.setSizePolicy(policy)

    def _of_ones_own(self) -> str:
        """What can be done with a program that has no lesson, in Markdown."""
        keys = {name: f"**{actions.key(name)}**" for name in ("run", "save", "keep-scenario", "suspect")}
        return self.tr(
            "This is a program of your own.\n\n"
            "- {run} runs what you see, saved or not; in its text **F5** does.\n"
            "- {save} saves it. What is not saved is there again after a crash, too.\n"
            "- What it asks for with `input()` is answered in the output.\n"
            "- Every lock and every event of it is a switch.\n"
            "- Values in capitals at its top, such as `ROUNDS = 100`, are knobs.\n"
            "- **Ctrl+click** a name, and its value is drawn while it runs.\n"
            "- {doubt} marks where threads could get in each other's way.\n"
            "- {keep} makes a lesson of it, to be filled in.\n"
        ).format(run=keys["run"], save=keys["save"], keep=keys["keep-scenario"], doubt=keys["suspect"])

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.browser.setMinimumHeight(theme.px(56 if theme.compact else 150))
        side = theme.px(theme.measures.padding) - 1
        self.body.setContentsMargins(side, 0, theme.px(6), theme.px(8))


PANEL = PanelInfo("lesson", "Lesson", Place.RIGHT, 40, make=Lesson, draws=("program",))
