"""A run as one JSON object, for the command `run`: every field is said in README.md."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from engine.analysis.run_model import RunModel
from engine.frame import Frame, Recording, Trouble, Written
from engine.session import finding_summary
from engine.words.reasons import death, printed, unknown, unwatched
from engine.words.troubles import told


def of(frame: Frame, model: RunModel) -> dict[str, Any]:
    """What is known of the run that the frame shows."""
    run, result, outcome = frame.run, frame.result, model.run_facts.outcome
    return {
        "scenario": frame.program.scenario,
        "python": run.interpreter.version,
        "ended": run.ended.value if run.ended is not None else None,
        "threads": [
            {"name": one.name, "began": one.began, "ended": one.ended, "error": one.error and death(one.error)}
            for one in frame.recording.lanes
        ],
        **model.summary(),
        "unknown": list(map(unknown, result.unknown)),
        "watched": watched_summary(frame.recording, frame.program.watches),
        "output": "".join(printed(one) + "\n" * (not one.open) for one in frame.recording.output if not one.typed),
        "findings": [finding_summary.of(one, model.run_facts) for one in result.findings],
        "expected": result.expected,
        "found": result.found,
        "exit": run.exit,
        "written": _as_plain(result.written),
        "left": [asdict(one) for one in frame.left.processes] if frame.left is not None else [],
        "holds": outcome.holds if outcome else None,
        "trouble": _in_words(run.trouble) if run.trouble is not None else None,
    }


def _as_plain(written: Written | None) -> dict[str, Any] | None:
    if written is None:
        return None
    files = [{"name": one.name, "size": one.size, "new": one.new} for one in written.files]
    return {"folder": written.folder, "files": files, "more": written.more, "complete": written.complete}


def watched_summary(recording: Recording, watches: Sequence[str]) -> list[dict[str, Any]]:
    """Each watched value with its last number, or why there is none, for JSON; in the order of these expressions."""
    found: list[dict[str, Any]] = []
    for one in recording.watched:
        last = one.values[-1].item() if len(one.values) else math.nan
        found.append({"name": one.name, "expression": one.expression, "last": None if math.isnan(last) else last})
    known = {one.expression for one in recording.watched}
    found += [
        {"name": fact.name or fact.expression, "expression": fact.expression, "last": None, "reason": unwatched(fact)}
        for fact in recording.watches
        if fact.expression not in known and fact.reason is not None
    ]
    places = {expression: place for place, expression in enumerate(watches)}
    return sorted(found, key=lambda one: places.get(one["expression"], len(places)))


def _in_words(trouble: Trouble) -> dict[str, Any]:
    title, text = told(trouble)
    return {"title": title, "text": text, "line": trouble.line, "file": trouble.file, "detail": trouble.detail}
