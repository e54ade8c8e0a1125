"""What a rule is: it looks at a run again and again, and says what it has found so far."""

from collections.abc import Sequence
from typing import Protocol

from engine.analysis.run_model import RunModel
from engine.frame import Finding


class Rule(Protocol):
    """Finds one kind of thing worth saying, or a few that belong together. One object looks at one run."""

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that it has found so far. It is asked several times a second, so it looks again only at what is new."""
        ...
