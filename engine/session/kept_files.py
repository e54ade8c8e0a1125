"""Files of a kept run: the texts of the modules that it ran, and which files it wrote; as JSON and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from engine.checking.imported_modules import ModuleText
from engine.checking.module_search import ModuleQuestion
from engine.frame import SourceModule, Written, WrittenFile
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.program_text import switches


@lazy_dataclass(frozen=True)
class KeptModule:
    """A file beside the program as the run read it."""

    name: str  # as `SourceModule` has it
    path: str
    text: str
    before: bool  # it was known before the run began; False: the run read it, and was the first to know


def of_modules(shown: Sequence[SourceModule], known: frozenset[str]) -> list[dict[str, Any]]:
    """The modules of a run; `known`: the names of those that were known before it."""
    return [asdict(KeptModule(one.name, one.path, one.ran or one.text, one.name in known)) for one in shown]


def modules_of(told: Any) -> tuple[KeptModule, ...]:
    """What was kept of them; of a run that an older version kept nothing. Raises KeyError, TypeError and ValueError."""
    return tuple(
        [KeptModule(str(one["name"]), str(one["path"]), str(one["text"]), bool(one["before"])) for one in told or ()]
    )


def of_written(written: Written | None) -> dict[str, Any] | None:
    """What a run wrote, None where that is not known."""
    return None if written is None else asdict(written)


def written_of(told: Any) -> Written | None:
    """What was kept of it. Raises KeyError, TypeError and ValueError."""
    if told is None:
        return None
    files = [
        WrittenFile(str(one["name"]), str(one["path"]), int(one["size"]), bool(one["new"])) for one in told["files"]
    ]
    return Written(str(told["folder"]), tuple(files), int(told["more"]), bool(told["complete"]))


def search_in(modules: Sequence[KeptModule]) -> Callable[[ModuleQuestion], list[ModuleText]]:
    """Looks for modules among those that were kept, whatever lies on the disk now."""
    texts = [(one, ModuleText(one.name, one.path, one.text, switches(one.text))) for one in modules]

    def look(question: ModuleQuestion) -> list[ModuleText]:
        return [text for one, text in texts if one.before or one.path in question.also]

    return look
