"""All explanations there are: the user's own, then those that come with the program; and which of them fits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from engine.environment.installation import RESOURCES, users_folder
from engine.explanations.explanation import Explanation, Mistake
from engine.explanations.explanation_file import ENDING, read
from engine.protocol.lazy_dataclass import lazy_dataclass

NAME = "explanations"  # of the folder, in the resources and in the user's
_TRANSLATION = re.compile(r".*\.[a-z]{2,3}(_[A-Z]{2})?$")  # of a file's name without its ending


@lazy_dataclass(frozen=True)
class Collection:
    """What was read, and the files that could not be."""

    explanations: tuple[Explanation, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


def folders() -> tuple[Path, ...]:
    """Where they are looked for: the user's come first, so that who explains an exception anew is heard."""
    own = users_folder()
    return (*([own / NAME] if own is not None else []), RESOURCES / NAME)


def load(where: Iterable[Path] | None = None, language: str = "en") -> Collection:
    """Every explanation of these folders; of two files with one name the first counts. Never raises."""
    found: dict[str, Explanation] = {}
    mistakes = []
    for folder in folders() if where is None else where:
        for path in _files(folder):
            one = read(path, language)
            if isinstance(one, Mistake):
                mistakes.append(one)
            else:
                found.setdefault(one.id, one)
    return Collection(tuple(found.values()), tuple(mistakes))


def _files(folder: Path) -> list[Path]:
    try:
        inside = sorted(folder.iterdir())
    except OSError:  # the user need not have one
        return []
    usable = [path for path in inside if path.suffix == ENDING and path.name[0] not in "._"]
    return [path for path in usable if not _TRANSLATION.match(path.stem)]
