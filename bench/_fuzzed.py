"""What is fuzzed: for each kind, what makes one damaged input of it and gives it to whoever reads it."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from bench import _fuzz_samples as samples
from bench import _mutations as mutate
from engine.analysis.run_model import RunModel
from engine.analysis.trace import TraceError
from engine.findings.detector import Detector
from engine.frame import Launch
from engine.frame.launch import joined, split
from engine.hosting.pipe_reader import BlockReader
from engine.protocol import process_messages as talk
from engine.protocol.codec import Codec
from engine.protocol.messages import FACTS, ORDERS
from engine.protocol.units import SECOND
from engine.session.intake import Intake

Try = Callable[[Random], object]  # one damaged input; raises whatever is not foreseen


class Samples(NamedTuple):
    """What is damaged, and where files may be written."""

    streams: list[bytes]
    folder: Path


LATEST = 60 * SECOND


def streams(given: Samples) -> Try:
    """Bytes from a stage's pipe, as real runs have sent them, damaged: through to the findings."""

    def once(chance: Random) -> None:
        inbox, model = BlockReader(), RunModel("value", "lock", cap=1_000_000)
        intake, data = Intake(model, lambda: LATEST, 60_000), mutate.bytes_of(chance, chance.choice(given.streams))
        inbox.put(data)
        inbox.end()
        while blocks := inbox.take(chance.choice((1, 500, 60_000))):
            intake.put(blocks, 1.0)
            while not intake.idle:
                intake.work(1.0)
        if inbox.broken is not None:
            intake.refuse(inbox.broken)
        if intake.broken is not None:
            model.break_off()
        model.end(whole=intake.broken is None)
        model.recording()
        model.summary()
        model.result(Detector().find(model))

    return once


def messages(given: Samples) -> Try:
    """One message of each union, damaged as JSON; what is taken goes into a model."""
    facts = [fact for data in given.streams for fact in samples.facts_in(data)]
    codecs: tuple[Codec[Any], ...] = (FACTS, FACTS, FACTS, ORDERS, talk.CALLS, talk.REPLIES, talk.NOTES)
    others = samples.examples()

    def once(chance: Random) -> None:
        codec = chance.choice(codecs)
        sample = chance.choice(facts) if codec is FACTS and chance.random() < 0.7 else chance.choice(others[codec.tag])
        line = mutate.json_of(chance, sample)
        made = codec.read(line)
        if made is not None:
            codec.line(made)
        unpacked = FACTS.unpack(b"[" + line + b"]")
        model = RunModel()
        model.note(unpacked.messages)
        model.recording()
        if chance.random() < 0.1:
            Detector().find(model)

    return once


def saved_runs(given: Samples) -> Try:
    """Files of saved runs, damaged as bytes or in their parts."""
    from engine.session import replay  # noqa: PLC0415 - loads much

    whole = [samples.saved(data, given.folder / f"{number}.run") for number, data in enumerate(given.streams)]
    path = given.folder / "damaged.run"

    def once(chance: Random) -> None:
        original = chance.choice(whole)
        path.write_bytes(
            mutate.bytes_of(chance, original.read_bytes()) if chance.random() < 0.5 else _other_parts(chance, original)
        )
        try:
            kept = replay.load(path)
        except TraceError:
            return
        playback = replay.Playback(kept)
        playback.until = kept.seconds
        model = RunModel()
        intake = Intake(model, lambda: LATEST, 60_000)
        blocks, _ = playback.blocks(0, playback.come, 0)
        intake.put(blocks, 5.0)
        playback.stray(0)

    return once


def scenarios(given: Samples) -> Try:
    """scenario.toml of the course, damaged."""
    return _files(given.folder, "scenario.toml")


def lessons(given: Samples) -> Try:
    """lesson.md of the course, damaged."""
    return _files(given.folder, "lesson.md")


def knobs(_: Samples) -> Try:
    """Programs with damaged values and comments of knobs, and odd values for them."""
    from engine.protocol import program_text  # noqa: PLC0415
    from engine.session.run_settings import RunSettings  # noqa: PLC0415
    from engine.words.reasons import refused  # noqa: PLC0415

    lines = [
        "ROUNDS = 100  # 1..5000 how often",
        "PAUSE = 0.5  # 0..2 s",
        "KIND = 'a'  # a | b | c",
        "FAST: bool = True",
        "LIMIT = -3",
        "BIG = 10 * 60",
        "NAMES = ('x', 'y')",
        "EMPTY = ''  # any",
    ]

    def once(chance: Random) -> None:
        text = "\n".join(chance.sample(lines, 3))
        text = mutate.text_of(chance, text) if chance.random() < 0.5 else text
        settings = RunSettings(text)
        for name in [knob.name for knob in settings.knobs] + ["", "NONE"]:
            value: Any = chance.choice((*mutate.ODD_TEXTS, *mutate.ODD_VALUES))
            refusal = settings.set_knob(name, value)
            if refusal is not None:
                refused(refusal)
        settings.changed_knobs()
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):  # as the stage does
            program_text.compile_program(text, "program.py", settings.changed_knobs())

    return once


def settings(given: Samples) -> Try:
    """The file in which the window remembers, damaged."""
    from gui.view_state.panel_choices import PanelChoices  # noqa: PLC0415
    from gui.view_state.window_settings import WindowSettings  # noqa: PLC0415

    path = given.folder / "window.ini"

    def once(chance: Random) -> None:
        path.write_bytes(mutate.bytes_of(chance, samples.SETTINGS) if chance.random() < 0.5 else _odd_settings(chance))
        found = WindowSettings(path).load((1.0, 1.25, 1.5))
        choices = PanelChoices(dict(found.panels), dict(found.splitters))
        choices.opened("counter")
        sizes = [size for group in (*choices.sizes.values(), *found.splitters.values()) for size in group]
        if not all(type(size) is int and 0 <= size < 2**24 for size in sizes):
            raise AssertionError(sizes)  # Qt takes no others
        if not 0.5 < found.scale < 4:
            raise AssertionError(found.scale)
        WindowSettings(given.folder / "again.ini").save(found)

    return once


def links(_: Samples) -> Try:
    """Links of lessons, and the settings in them."""
    from engine.scenarios import scenario as scenario_module  # noqa: PLC0415
    from engine.session.session import Session  # noqa: PLC0415
    from gui.controller import follow, pace  # noqa: PLC0415

    session = Session(None, make_host=_no_host)

    def once(chance: Random) -> None:
        parts = [
            "lock=off",
            "ROUNDS=100",
            "speed=10",
            "speed",
            "é=on",
            "a b=off",
            "lock=maybe",
            "X=%41",
            "&&",
            "=",
            "lock=on",
        ]
        text = "&".join(mutate.words_of(chance, parts))
        try:
            scenario_module.settings(text)
            scenario_module.speed(text)
        except ValueError as problem:
            str(problem).encode("utf-8", "replace")
        follow(session, text)
        pace(session, text, chance.random() < 0.5)

    return once


def command_lines(_: Samples) -> Try:
    """Words of the command line: read, and held against a scenario, but nothing is run."""
    import main  # noqa: PLC0415
    from engine import headless  # noqa: PLC0415

    parser = main._parser("thread-theatre", False)
    known = headless.find("counter")
    words = [
        "run",
        "list",
        "shot",
        "film",
        "counter",
        "--json",
        "--timeout",
        "4",
        "--set",
        "ROUNDS=3",
        "--off",
        "lock",
        "--python",
        "3.9",
        "--save",
        "x.run",
        "--speed",
        "2",
        "-m",
        "--flip",
        "lock=off@1",
        "--watch",
        "a[0]",
        "--size",
        "100x100",
        "--",
        "--out",
        "film.mp4",
        "--scale",
        "1.5",
        "--version",
    ]

    def once(chance: Random) -> None:
        given = mutate.words_of(chance, words, 9)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                ours, _ = main._without_own(list(given))
                parser.parse_known_args(ours)
            except SystemExit as left:
                if left.code not in (0, 2):
                    raise AssertionError(left.code) from left
            except argparse.ArgumentError as problem:
                raise AssertionError(problem) from problem
        sets = [word for word in given if "=" in word]
        with contextlib.suppress(headless.BadInput):
            headless.check(known, sets, given[:2])
        headless.settings_text(sets, given[:2])
        line = " ".join(given)
        for windows in (False, True):
            found = split(line, windows)
            if isinstance(found, tuple) and split(joined(found, windows), windows) != found:
                raise AssertionError(line)
        Launch(line)

    return once


KINDS: dict[str, Callable[[Samples], Try]] = {
    "streams": streams,
    "messages": messages,
    "saved-runs": saved_runs,
    "scenarios": scenarios,
    "lessons": lessons,
    "knobs": knobs,
    "settings": settings,
    "links": links,
    "command-lines": command_lines,
}


def _odd_settings(chance: Random) -> bytes:
    lines = samples.SETTINGS.decode().splitlines()
    for at, line in enumerate(lines):
        name, sign, _ = line.partition("=")
        if sign and chance.random() < 0.3:
            value = chance.choice(
                (*mutate.ODD_TEXTS, *map(str, mutate.ODD_VALUES[:12]), "99999999999, -1", "[]", '"{}"')
            )
            lines[at] = f"{name}={value}"
    return "\n".join(lines).encode("utf-8", "replace")


def _no_host(executable: str) -> Any:
    raise OSError(executable)


def _files(folder: Path, name: str) -> Try:
    from engine.environment import installation  # noqa: PLC0415
    from engine.scenarios import scenario_file  # noqa: PLC0415

    course = sorted((Path(installation.ROOT) / "resources" / "scenarios").glob(f"*/{name}"))
    here = folder / "damaged"
    here.mkdir(exist_ok=True)

    def once(chance: Random) -> None:
        original = chance.choice(course)
        for other in original.parent.iterdir():
            if other.name in ("scenario.toml", "lesson.md", "program.py"):
                (here / other.name).write_bytes(other.read_bytes())
        data = original.read_bytes()
        if chance.random() < 0.3:
            (here / name).write_bytes(mutate.bytes_of(chance, data))
        else:
            (here / name).write_bytes(mutate.text_of(chance, data.decode()).encode("utf-8", "surrogatepass"))
        str(scenario_file.read(here).error).encode("utf-8", "replace")

    return once


def _other_parts(chance: Random, path: Path) -> bytes:
    """The same archive, whole, with one part of it damaged."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as other:
        names = archive.namelist()
        bad = chance.choice(names)
        for name in names:
            data = archive.read(name)
            if name == bad:
                data = (
                    mutate.json_of(chance, json.loads(data)) if name.endswith("json") else mutate.bytes_of(chance, data)
                )
            other.writestr(name, data)
    return made.getvalue()
