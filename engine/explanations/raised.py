"""Pure: the exceptions in a text as Python writes it: tracebacks, what led to them, the members of groups."""

from __future__ import annotations

import re
from dataclasses import dataclass

BEGIN = "Traceback (most recent call last):"
_LED_ON = ("The above exception was the direct cause", "During handling of the above exception")
MOST = 60  # exceptions of one text that are looked at
_MARGIN = re.compile(r"^ *(?:\| ?|\+-[-+\w ]*$|\+ )", re.MULTILINE)  # that a group draws at the left
_FRAME = re.compile(r'^  File "([^"]+)", line (\d+), in ', re.MULTILINE)
_ONE = re.compile(r"^([A-Za-z_][\w.]*)(?:: ?(.*))?$")


@dataclass(frozen=True)
class Raised:
    """One exception: its type as tracebacks have it, its message, and the lines between "Traceback" and these."""

    type: str
    message: str = ""
    trace: str = ""
    led_on: bool = False  # another one follows that was raised because of it, or while it was handled

    @property
    def named(self) -> str:
        """Such as "ProgrammingError: no"; of a long message only the first line."""
        kind, first = self.type.rpartition(".")[2], self.message.strip().split("\n")[0]
        return f"{kind}: {first}" if kind and first else kind or first


def raised_in(text: str) -> list[Raised]:
    """Those whose tracebacks are complete, the last one last. A text without any is one itself: "ValueError: no"."""
    if f"Exception Group {BEGIN}" in text:
        text = _MARGIN.sub("", text)
    if BEGIN not in text:
        one = _read(text.strip().split("\n"), 0)
        return [one] if one is not None else []
    lines, found = text.split("\n"), list[Raised]()
    for at, line in enumerate(lines):
        if line.endswith(BEGIN) and len(found) < MOST and (one := _read(lines, at + 1)) is not None:
            found.append(one)
    return found


def frames_in(trace: str) -> list[tuple[str, int]]:
    """File and line of each frame of a traceback, the deepest one last."""
    return [(path, int(line)) for path, line in _FRAME.findall(trace)]


def chains(found: list[Raised]) -> list[list[Raised]]:
    """Each exception with those that led to it, the last one last."""
    told: list[list[Raised]] = [[]]
    for one in found:
        told[-1].append(one)
        if not one.led_on:
            told.append([])
    return list(filter(None, told))


def _read(lines: list[str], start: int) -> Raised | None:
    at = start
    while at < len(lines) and lines[at].startswith("  "):
        at += 1
    named = _ONE.match(lines[at]) if at < len(lines) else None
    if named is None:
        return None
    end = at + 1
    while end < len(lines) and (not lines[end] or lines[end].startswith(" ")):
        end += 1
    message = "\n".join([named[2] or "", *lines[at + 1 : end]]).rstrip()
    led_on = end < len(lines) and lines[end].startswith(_LED_ON)
    return Raised(named[1], message, "\n".join(lines[start:at]), led_on)
