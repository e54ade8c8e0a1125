"""Pure: what the stage itself says is wrong: each such fact is a finding."""

from engine.findings.missing import missing
from engine.frame import Finding, Interpreter
from engine.frame.finding import MissingLibrary
from engine.protocol.messages import FindingFact, MissingFact, assert_never
from engine.protocol.places import line_of


def finding(fact: FindingFact, python: Interpreter | None) -> Finding:
    """The finding of a fact; `python` is what runs the program, None when it did not say so."""
    match fact:
        case MissingFact(module=module, place=place):
            return MissingLibrary(line=line_of(place), missing=missing(module, python or Interpreter()))
        case _:
            return assert_never(fact)
