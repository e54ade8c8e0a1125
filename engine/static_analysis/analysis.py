"""What to suspect of a program's text: all rules, one suspicion for each thing at each line."""

from __future__ import annotations

import ast
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable

from engine.protocol.program_text import parse
from engine.static_analysis.contexts import Contexts
from engine.static_analysis.evidence import Found
from engine.static_analysis.locations import Locations
from engine.static_analysis.races import Races
from engine.static_analysis.rules import Rules
from engine.static_analysis.scopes import FUNCTIONS, Program
from engine.static_analysis.sharing import Sharing
from engine.static_analysis.spawns import prepared
from engine.static_analysis.suspicion import Place, Runner, Suspicion, SuspicionKind
from engine.static_analysis.walk import Walk

LONGEST = 1_000_000  # characters: what is longer was not written by hand
MOST_PLACES = 6
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)  # what parsing and deep texts raise
HIDES = {  # what is not said a second time, in weaker words, of the same line and name
    SuspicionKind.SHARED_WRITE: (SuspicionKind.READ_MODIFY_WRITE, SuspicionKind.CHECK_THEN_ACT,
                                 SuspicionKind.NO_COMMON_LOCK),
    SuspicionKind.READ_MODIFY_WRITE: (SuspicionKind.NO_COMMON_LOCK, SuspicionKind.OWN_LOCK),
}  # fmt: skip


def suspicions(text: str, off: Collection[str] = (), alike: Collection[str] = ()) -> tuple[Suspicion, ...]:
    """Where a program could break, by line; `off` are the names of locks that let everybody in.
    `alike`: functions that a run gave the same arguments in two threads.

    Empty for a text that is no Python, or too deep or too long to be read. Pure, raises nothing; 5,000 lines take
    about a second, so a window asks for it in another process.
    """
    if len(text) > LONGEST or not any(word in text for word in ("hread", "async", "rocess", "ool", "cquire")):
        return ()
    try:
        tree = parse(text)
        return _shown(_all(Program(tree), frozenset(off), alike), text)
    except UNREADABLE:
        return ()


def _all(program: Program, off: frozenset[str], alike: Collection[str]) -> Iterable[Found]:
    values = prepared(program)
    locations, regions = Locations(values, off), itertools.count()
    walked = {
        scope: Walk(values, locations, scope, regions).go()
        for scope in program.scopes
        if isinstance(scope.node, (*FUNCTIONS, ast.Module))
    }
    contexts = Contexts(values, walked)
    yield from Races(contexts, Sharing(values, contexts), alike).found()
    yield from Rules(values, locations, contexts).found()


def _shown(found: Iterable[Found], text: str) -> tuple[Suspicion, ...]:
    """One for each kind, name and line: the surest, with the places of all. The same for the same text each time."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    groups: defaultdict[tuple[SuspicionKind, str, int], set[Suspicion]] = defaultdict(set)
    for one in found:
        places = tuple(dict.fromkeys(_place(node, lines) for node in one.nodes))
        own = len({_place(node, lines) for node in one.nodes[: one.own or None]})
        new = Suspicion(one.kind, one.name, places, one.certainty, one.doubt, one.locks, one.runners, own)
        groups[one.kind, one.name, new.line].add(new)
    best = {key: _joined(group) for key, group in groups.items()}
    kept = [one for one in best.values() if not _is_hidden(one, best)]
    return tuple(sorted(kept, key=lambda one: (one.line, one.places[0].start, one.kind.value)))


def _joined(group: set[Suspicion]) -> Suspicion:
    first = min(group, key=_rank)
    own = first.places[: first.own]
    others = {one for each in group for one in each.places if one not in own}
    places = (*own, *sorted(others, key=lambda one: (one.line, one.start)))[:MOST_PLACES]
    locks = tuple(sorted({lock for one in group for lock in one.locks if lock}))
    many = {one.function for each in group for one in each.runners if one.many}
    runners = {one.function: Runner(one.function, one.function in many, one.task) for x in group for one in x.runners}
    named = tuple(runners[name] for name in sorted(runners, key=lambda name: (not name, name)))
    return Suspicion(first.kind, first.name, places, first.certainty, first.doubt, locks, named, len(own))


def _rank(one: Suspicion) -> tuple[int, str, tuple[tuple[int, int], ...]]:
    """The surest first, and among equals always the same one."""
    return -one.certainty, one.doubt.value, tuple((place.line, place.start) for place in one.places)


def _is_hidden(one: Suspicion, best: dict[tuple[SuspicionKind, str, int], Suspicion]) -> bool:
    kinds = HIDES.get(one.kind, ())
    return any(other.kind in kinds and other.name == one.name and one.line in other.lines for other in best.values())


def _place(node: ast.AST, lines: list[str]) -> Place:
    """Where a node stands, on its first line; columns in characters."""
    line, begin = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    last, end = getattr(node, "end_lineno", line), getattr(node, "end_col_offset", begin + 1)
    code = lines[line - 1].encode() if line <= len(lines) else b""
    stop = len(code) if last != line else end
    return Place(line, len(code[:begin].decode("utf-8", "replace")), len(code[:stop].decode("utf-8", "replace")))
