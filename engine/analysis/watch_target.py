"""A place in a program's text that names a value."""

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import NoWatch


@lazy_dataclass(frozen=True)
class Target:
    """A place in the text where a value is named: columns from 0 in letters, `end` is behind the last one."""

    line: int  # from 1; 0: nowhere
    start: int
    end: int
    expression: str = ""  # "": it cannot be watched
    reason: NoWatch | None = None
    detail: str = ""


NOWHERE = Target(0, 0, 0)
