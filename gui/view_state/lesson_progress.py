"""Which lessons were seen, and in which of them the bug came out: what the list of lessons marks."""

import enum
from collections.abc import Mapping

from engine.frame import FindingKind, Frame

BUGS = frozenset({FindingKind.LOST_UPDATE, FindingKind.EXCEPTION, FindingKind.DEADLOCK, FindingKind.STUCK})


class LessonMark(enum.Enum):
    """How far a lesson has come; the values are kept in the user's settings."""

    NEW = "new"
    SEEN = "seen"
    SHOWN = "shown"  # a run of it went wrong, as it should be able to


class LessonProgress:
    """The marks of all lessons by their ids; one that is not there is new."""

    def __init__(self, marks: Mapping[str, LessonMark] | None = None) -> None:
        self._marks = dict(marks or {})
        self._looked: object = None  # the findings that were looked at last

    @property
    def marks(self) -> dict[str, LessonMark]:
        """A copy."""
        return dict(self._marks)

    def opened(self, lesson: str) -> None:
        """A lesson was opened."""
        if lesson:
            self._marks.setdefault(lesson, LessonMark.SEEN)

    def watched(self, frame: Frame) -> bool:
        """Looks at a frame; True when its lesson has another mark now."""
        if frame.result.findings is self._looked or not frame.run.number:
            return False
        self._looked = frame.result.findings
        if self._marks.get(frame.program.scenario) is LessonMark.SHOWN or not any(
            one.kind in BUGS for one in frame.result.findings
        ):
            return False
        self._marks[frame.program.scenario] = LessonMark.SHOWN
        return bool(frame.program.scenario)
