"""A finding as one JSON object, for the command `run`: every field is said in README.md."""

from __future__ import annotations

from typing import Any

from engine.analysis.run_facts import RunFacts
from engine.findings.lessons import lesson
from engine.findings.places import places
from engine.frame import Finding
from engine.frame.finding import Alike, Explained, More
from engine.words.findings import cure, detail, meaning, sentence


def of(one: Finding, facts: RunFacts) -> dict[str, Any]:
    """All that is known of it."""
    return {
        "kind": one.kind.value,
        "form": one.form,
        "text": sentence(one),
        "cause": detail(one),
        "cure": cure(one),
        "lesson": lesson(one),
        "thread": one.thread,
        "line": one.line,
        "file": one.file,
        "time": one.time,
        "until": one.until or None,
        "subjects": subjects(one, facts),
        "places": [{"line": at.line, "file": at.file, "thread": at.thread, "time": at.time} for at in places(one)],
        "count": one.count if isinstance(one, (Alike, More)) else 1,
        **(_explanation(one) if isinstance(one, Explained) else {}),
    }


def subjects(one: Finding, facts: RunFacts) -> list[dict[str, Any]]:
    """The threads and things it concerns, by name and by type."""
    threads = [{"type": "thread", "name": facts.thread_name(number)} for number in one.threads]
    things = [facts.things[number] for number in one.objects if number in facts.things]
    return threads + [{"type": thing.type, "name": thing.name} for thing in things]


def _explanation(one: Explained) -> dict[str, Any]:
    words = meaning(one)[0]
    fields = {"explanation": one.explanation, "error": one.error, "came": one.came.value}
    return {**fields, "values": dict(one.values), "words": words}
