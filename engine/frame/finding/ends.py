"""How threads, workers and processes end so that somebody who counts on them never learns of it."""

from typing import Literal

from engine.frame.finding.about import FindingKind, Plain
from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True, kw_only=True)
class LostExit(Plain):
    """A call of sys.exit or the like that ended no more than its thread."""

    kind: FindingKind = FindingKind.LOST_EXIT
    form: Literal["", "bare"] = ""  # bare: without a status, or with 0
    call: str  # such as "sys.exit(3)"
