"""Looks for the files that a program imports: here, or in a process of its own, where parsing keeps no window waiting.

As a script it reads a question from standard input, and writes the answer, each as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
if __name__ == "__main__":
    sys.path[0:0] = [_ROOT]  # `python -I` puts nothing there

from collections.abc import Mapping  # noqa: E402
from dataclasses import asdict  # noqa: E402

from engine.checking.imported_modules import ModuleText, imported_modules, read_text  # noqa: E402
from engine.protocol.lazy_dataclass import lazy_dataclass  # noqa: E402
from engine.protocol.modules import name_beside  # noqa: E402
from engine.protocol.program_text import Switch, switches  # noqa: E402

LONGEST = 20.0  # seconds that it may take, on a machine that does much else
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
_BAD = (ValueError, TypeError, KeyError)  # of an answer that makes no sense


@lazy_dataclass(frozen=True)
class ModuleQuestion:
    """What a search looks at; `typed` by real path."""

    text: str
    path: str
    module: str
    typed: Mapping[str, str]
    also: tuple[str, ...]  # paths of files that are shown whatever is imported


def look(question: ModuleQuestion) -> list[ModuleText] | None:
    """The files, those that are imported first; None where the program's text cannot be read now."""
    typed = question.typed

    def read(path: str) -> str | None:
        return typed[real] if (real := os.path.realpath(path)) in typed else read_text(path)

    found = imported_modules(question.text, question.path, question.module, read)
    if found is None:
        return None
    known = {os.path.realpath(one.path) for one in found} | {os.path.realpath(question.path)}
    for path in question.also:
        text = read(path) if os.path.realpath(path) not in known else None
        if text is not None and text.strip():
            known.add(os.path.realpath(path))
            found.append(ModuleText(name_beside(path, question.path), path, text, switches(text)))
    return found


def look_elsewhere(question: ModuleQuestion) -> list[ModuleText] | None:
    """The same, found by a process that is started for it; None also where that came to nothing."""
    asked = json.dumps({**asdict(question), "typed": dict(question.typed)})
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", os.path.abspath(__file__)],
            input=asked.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST,
            check=False,
            creationflags=NO_WINDOW,
        )
        told = json.loads(done.stdout)
        if told is None:
            return None
        return [
            ModuleText(one["name"], one["path"], one["text"], tuple([Switch(**made) for made in one["switches"]]))
            for one in told
        ]
    except (OSError, subprocess.SubprocessError, *_BAD):
        return None


def main() -> None:
    """Answers one question."""
    if hasattr(os, "nice"):
        os.nice(5)  # below the window, which must not stutter
    asked = json.loads(sys.stdin.buffer.read())
    found = look(ModuleQuestion(**{**asked, "also": tuple(asked["also"])}))
    sys.stdout.write(json.dumps(None if found is None else [asdict(one) for one in found]))


if __name__ == "__main__":
    main()
