"""Makes a folder of a scenario out of a program: `scenario.toml` and `lesson.md` to fill in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from engine.documents import source_file
from engine.documents.file_names import is_device
from engine.documents.source_file import DocumentError
from engine.documents.templates import FOLDER
from engine.frame.trouble import Unwritable
from engine.protocol import program_text
from engine.scenarios.scenario import Scenario
from engine.scenarios.scenario_file import LESSON_FILE, PROGRAM_FILE, SETTINGS_FILE


def folder_name(title: str) -> str:
    """An id made of a title: what a folder may be called everywhere."""
    name = re.sub(r"[^a-z0-9]+", "_", title.lower().removesuffix(".py")).strip("_") or "scenario"
    return f"{name}_program" if is_device(name) else name


def keep_as_scenario(text: str, scenario: Scenario, title: str, where: Path) -> Path:
    """Writes the folder into `where`, which is made when it is not there; returns it. Raises DocumentError.

    Of a copy of a lesson its own settings and its text are taken over.
    """
    folder = where / folder_name(title)
    try:
        folder.mkdir(parents=True, exist_ok=False)
        made = {
            PROGRAM_FILE: text,
            SETTINGS_FILE: _settings(text, scenario, title),
            LESSON_FILE: f"# {title}\n\n{_template(LESSON_FILE)}",
        }
        if scenario.lesson:
            for name in (SETTINGS_FILE, LESSON_FILE):
                if (scenario.folder / name).is_file():
                    shutil.copyfile(scenario.folder / name, folder / name)
                    del made[name]
        for name, words in made.items():
            source_file.write(folder / name, words)
    except OSError as error:
        raise DocumentError(
            Unwritable(name=folder.name, path=str(folder), error=error.strerror or str(error))
        ) from error
    return folder


def _settings(text: str, scenario: Scenario, title: str) -> str:
    """What is known is written; what is to be filled in stands there as comments."""
    watched = f"watch = {_quoted(scenario.watch)}\n" if scenario.watch else ""
    lines = [f"title = {_quoted(title)}\n{watched}", _template(SETTINGS_FILE)]
    lines += [f'# [knobs.{knob.name}]\n# note = ""\n' for knob in program_text.knobs(text)]
    named = [one.name for one in program_text.switches(text) if re.fullmatch(r"\w+", one.name)]
    lines += [f'# [switches.{name}]\n# note = ""\n' for name in named]
    return "\n".join(lines)


def _template(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def _quoted(text: str) -> str:
    """A text as TOML has it."""
    plain = re.sub(r"[\x00-\x1f\x7f]", " ", text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
