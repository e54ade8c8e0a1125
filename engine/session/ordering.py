"""A program's text, and what a stage is told to run."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from engine.environment import small_file
from engine.frame import Launch, Open, Trouble
from engine.frame.launch import split
from engine.frame.trouble import NotAFile, TooLarge, Unreadable
from engine.hosting import exit_reason
from engine.protocol.messages import RunOrder
from engine.scenarios.scenario import Scenario
from engine.session import launching
from engine.session.run_settings import RunSettings


def read_program(path: Path) -> tuple[str, Trouble | None]:
    """The program's text, or "" and what is wrong with it."""
    try:
        data = small_file.read(path)
    except OSError as error:
        if error.errno == errno.ENODEV:
            return "", NotAFile(name=path.name)
        if error.errno == errno.EFBIG:
            return "", TooLarge(name=path.name, size=path.stat().st_size, most=small_file.MOST)
        return "", Unreadable(name=path.name, path=str(path), error=str(error.strerror))
    return exit_reason.decode(data, path.name)


def order_for(
    scenario: Scenario,
    text: str,
    settings: RunSettings,
    launch: Launch,
    speed: float,
    *,
    expression: str = "",
    watches: tuple[str, ...] = (),
    texts: Mapping[str, str] | None = None,
) -> RunOrder:
    """What a stage is told to run. `texts` stand in place of files: path -> text."""
    words = split(launch.arguments)
    return RunOrder(
        text,
        str(scenario.program),
        launching.working_folder(scenario, launch),
        settings.changed_knobs(),
        tuple(settings.off),
        speed,
        scenario.watch,
        scenario.counted_by,
        scenario.expected,
        scenario.found,
        asdict(scenario.parts) if scenario.parts is not None else {},
        scenario.takes,
        expression,
        () if isinstance(words, Open) else words,
        launch.module,
        launch.called,
        watches,
        texts or {},
    )
