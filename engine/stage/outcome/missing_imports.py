"""Tells which library a program imports that this Python does not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.protocol.messages import MissingFact
from engine.stage.outcome import exception_report
from engine.stage.run_services import RunServices


def telling(context: RunServices, import_: Callable[..., Any]) -> Callable[..., Any]:
    """The same `__import__`; of a module that is not there it also tells the window, once each."""

    told: set[str] = set()

    def watched(*args: Any, **kwargs: Any) -> Any:
        try:
            return import_(*args, **kwargs)
        except ModuleNotFoundError as error:
            if error.name not in told:
                told.add(error.name or "")
                tell(context, error)
            raise

    return watched


def tell(context: RunServices, error: ModuleNotFoundError) -> None:
    """The fact "missing" for a module of its own; of a part of a package that is there nothing is said."""
    module = exception_report.missing(error)
    if module:
        reporter = context.reporter
        context.channel.facts.append(MissingFact(module, reporter.place_of(reporter.caller())))
