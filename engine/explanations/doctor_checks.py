"""What `doctor` says of explanations: the files that cannot be used, each with its line."""

from __future__ import annotations

from collections.abc import Iterator

from engine.environment.doctor import Check


def checks() -> Iterator[Check]:
    """One for each file with a mistake."""
    try:
        from engine.explanations.collection import load  # noqa: PLC0415 - it needs what may not be installed yet
    except ImportError:
        return
    for one in load().mistakes:
        at = f"{one.file}, line {one.line}" if one.line else one.file
        yield Check("Explanation", at, f"{one.reason}.", needed=False)
