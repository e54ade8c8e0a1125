"""How many errors of syntax a text has, in a header: a link to the next one."""

from engine.frame import Check, CheckState, ProblemKind
from gui.widgets.controls import Link


class CheckLink(Link):
    """Hidden where there is nothing to say."""

    def __init__(self) -> None:
        super().__init__(size="small", tone="lost_text", weight=600)

    def tell(self, check: Check, *, editable: bool) -> None:
        """Says what Python said of the text, and of one that cannot be edited nothing."""
        bad = sum(one.kind is ProblemKind.ERROR for one in check.problems)
        count, said = len(check.problems), ""
        if bad:
            said = self.tr("1 error") if bad == 1 else self.tr("{count} errors").format(count=bad)
        elif count:
            said = self.tr("1 warning") if count == 1 else self.tr("{count} warnings").format(count=count)
        elif check.state not in (CheckState.NONE, CheckState.CHECKED):
            said = self.tr("not checked")
        self.setVisible(bool(said) and editable)
        self.set_text(said)
        hint = check.problems[0].message if count else self._why_not(check.state)
        if check.own:
            hint = f"{hint}\n{self.tr('The chosen Python cannot be started: the one of this window has read it')}"
        self.setToolTip("\n".join(filter(None, [hint, self.tr("F8: to the next one") if count else ""])))

    def _why_not(self, state: CheckState) -> str:
        """Why a text is not checked."""
        if state is CheckState.TIMEOUT:
            return self.tr("Python takes too long to read this text")
        if state is CheckState.DIED:
            return self.tr("This text ended the Python that read it")
        return self.tr("No Python could be started to check this text") if state is CheckState.NO_PYTHON else ""
