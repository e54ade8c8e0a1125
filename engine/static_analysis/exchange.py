"""Suspicions as text, for who looks for them in another process."""

from __future__ import annotations

import json

from engine.static_analysis.suspicion import Certainty, Doubt, Place, Runner, Suspicion, SuspicionKind


def written(suspicions: tuple[Suspicion, ...]) -> str:
    """One line of JSON."""
    rows = [
        [
            one.kind.value,
            one.name,
            [[place.line, place.start, place.end] for place in one.places],
            one.certainty.value,
            one.doubt.value,
            list(one.locks),
            [[runner.function, runner.many, runner.task] for runner in one.runners],
            one.own,
        ]
        for one in suspicions
    ]
    return json.dumps(rows)


def understood(text: str) -> tuple[Suspicion, ...]:
    """The same back; empty for what is no such line."""
    try:
        return tuple(_suspicion(*row) for row in json.loads(text))
    except (ValueError, TypeError, KeyError):
        return ()


def _suspicion(  # noqa: PLR0917  # a row has as many columns as it has
    kind: str,
    name: str,
    places: list[list[int]],
    certainty: int,
    doubt: str,
    locks: list[str],
    runners: list[tuple[str, bool, bool]],
    own: int,
) -> Suspicion:
    return Suspicion(
        SuspicionKind(kind),
        name,
        tuple(Place(*one) for one in places),
        Certainty(certainty),
        Doubt(doubt),
        tuple(locks),
        tuple(Runner(*one) for one in runners),
        own,
    )
