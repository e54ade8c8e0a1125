"""The catalogue of words: every message is there, fits what is put in, and is used; every shape of data is said."""

import ast
import dataclasses
import enum
import gettext
import itertools
import math
import random
import re
import string
import types
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import polib
import pytest

from engine.findings.gravity import ORDER
from engine.frame import Ended, Finding, FindingKind, Knob, Refusal, Refused, State, Trouble, finding, trouble
from engine.frame.finding import Alike, At, CutOff, Fate, More, NotJoined, Party, TaskFailed, ThreadDied, TwoHolders
from engine.protocol.messages import NoValue, NoWatch, ProcessEndFact, ProcessEnding, UnknownFact, WatchFact
from engine.protocol.records import Kind
from engine.protocol.still_facts import WaitCause
from engine.static_analysis.suspicion import Certainty, Doubt, Place, Runner, Suspicion, SuspicionKind
from engine.words import catalogue, reasons, states, suspicions
from engine.words.findings import cure, detail, sentence
from engine.words.reasons import refused
from engine.words.suspicions import Seen
from engine.words.troubles import told

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = [path for folder in ("engine", "gui") for path in sorted((ROOT / folder).rglob("*.py"))]
MESSAGES = {entry.msgid: entry for entry in polib.pofile(str(catalogue.FILE))}
COMBINATIONS, PARTS_COMBINED = 3_000, 300  # of the fields of one object, and of one that is a part of it
DEAD = (Party("a", At(7), Fate.DIED), Party("b", At(), Fate.DIED))
PARTIES = ((), (Party("a", At(7)),), DEAD, tuple(Party(name, At(7), Fate.ENDED) for name in "abcd"), DEAD * 2)
CHOSEN: dict[str, tuple[object, ...]] = {  # what a sentence does not depend on, or on these alone
    "threads": ((1,),),
    "objects": ((),),
    "time": (1.5,),
    "until": (0.0,),
    "occurrences": ((),),
    "cure": ("",),
    "lesson": ("",),
    "alike": ((),),
    "times": (1, 3),
    "library": ("", "logging"),
    "of": ("Slow",),
    "held_library": ("", "importlib"),
    "held_of": ("",),
    "taken": (0, 5),
    "taken_file": ("",),
    "line": (0, 7),
    "name": ("Left",),
    "thread": ("Left",),
    "wanted": (Kind.TICK, Kind.QUEUE_WANT_GET),
    "state": (State.WAIT_LOCK, State.WAIT_JOIN, State.WAIT_EVENT, State.WAIT_RESULT, State.WAIT_QUEUE),
    "act": (  # what is said of a wait depends on, and one beside them
        *(Kind.TICK, Kind.EVENT_WAIT, Kind.SEMAPHORE_WANT, Kind.CONDITION_WAIT, Kind.BARRIER_WAIT),
        *(Kind.QUEUE_WANT_GET, Kind.QUEUE_WANT_PUT, Kind.QUEUE_WANT_JOIN),
    ),
    "thing": ("jobs",),
    "other": ("jobs #2",),
    "end": ("None",),
    "asked": ("empty()",),
    "test": ("not items",),
    "get": ("get()",),
    "died": ((), DEAD, PARTIES[1]),
    "traceback": ("",),
    "detail": ("",),
    "idents": ({},),
    "values": ((), (("made", "MainThread"), ("thread", ""))),
    "first": tuple(
        one
        for line in (0, 7)
        for one in (
            *(
                NotJoined(thread="a", line=line, ran_out=out, went_on=on, process=process)
                for process in (False, True)
                for out in (False, True)
                for on in (False, True)
            ),
            *(ThreadDied(thread="a", line=line, error="ValueError: no", task=task) for task in (False, True)),
            *(CutOff(thread="a", line=line, process=process) for process in (False, True)),
            *(TaskFailed(thread="a", line=line, task="f(1)", error=error) for error in ("", "ValueError: no")),
            TwoHolders(thread="a", line=line, thing="lock", count=1),
        )
    ),
}
PLAIN: dict[Any, tuple[object, ...]] = {
    At: (At(), At(7)),
    Party: (Party("a", At()), Party("a", At(7), Fate.ENDED)),
    tuple[Party, ...]: PARTIES,
    bool: (False, True),
    int: (0, 1, 7, 1234),
    float: (0.0, 0.05, 2.5),
    str: ("", "x"),
    object: (None, 1234, "text", True),
}


NAMED_AFTER = (
    {  # messages of which the last part is the name of a member
        f"{family}-{one.name.lower()}"
        for family, members in (("state", State), ("state-word", State), ("ended", Ended))
        for one in members
    }
    | {f"unwatched-{one.value}" for one in NoWatch}
    | {f"standing-{one.value}" for one in WaitCause}
)
FORMS = {  # messages of the forms of a finding
    f"{kind.kind.value}-{form}"
    for kind in get_args(Finding)
    if hasattr(kind, "kind") and get_origin(get_type_hints(kind)["form"]) is typing.Literal
    for form in get_args(get_type_hints(kind)["form"])
} | {f"cure-{one.value}" for one in FindingKind}


class NoSuchMessage(gettext.NullTranslations):
    """Where the catalogue has no message, a user would read its name."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)

    def ngettext(self, message: str, _plural: str, _count: int) -> str:
        raise KeyError(message)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said here that the catalogue has no words for."""
    monkeypatch.setattr(catalogue.load(), "_fallback", NoSuchMessage())


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def calls() -> Iterator[tuple[str, str, set[str]]]:
    """Where a message that is named in full is said: place, message, names of what is put in."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say" and node.args:
                named = node.args[0]
                if isinstance(named, ast.Constant):
                    keywords = {keyword.arg or "**" for keyword in node.keywords}
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", str(named.value), keywords


def test_that_every_message_that_is_said_is_there_and_gets_what_it_needs() -> None:
    wrong = []
    for place, message, keywords in calls():
        if message not in MESSAGES:
            wrong.append(f"{place}: there is no message {message}")
            continue
        entry = MESSAGES[message]
        for text in texts(entry):
            if placeholders(text) != keywords - ({"count"} if entry.msgid_plural else set()) | (
                placeholders(text) & {"count"}
            ):
                wrong.append(f"{place}: {message} is given {sorted(keywords)}, and wants {sorted(placeholders(text))}")
        if bool(entry.msgid_plural) is not ("count" in keywords):
            wrong.append(f"{place}: {message}: whoever counts has a singular and a plural")
    assert not wrong, "\n".join(wrong)


def test_that_no_message_is_left_that_nobody_says() -> None:
    constants = {
        node.value
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(MESSAGES) <= constants | NAMED_AFTER | FORMS


def test_that_every_message_has_words_once_and_forms_for_both_numbers() -> None:
    entries = list(polib.pofile(str(catalogue.FILE)))
    assert len(entries) == len(MESSAGES)
    for entry in entries:
        assert all(texts(entry)), entry.msgid
        assert not entry.msgid_plural or sorted(entry.msgstr_plural) == [0, 1], entry.msgid


def shapes(hint: Any) -> Iterator[object]:
    """Values of a type, at least one for each way in which it can be said."""
    if hint in PLAIN:
        yield from PLAIN[hint]
    elif get_origin(hint) is typing.Literal:
        yield from get_args(hint)
    elif isinstance(hint, type) and issubclass(hint, enum.Enum):
        yield from hint
    elif dataclasses.is_dataclass(hint):
        yield from made(hint, PARTS_COMBINED)
    elif get_origin(hint) is tuple:
        some = list(itertools.islice(shapes(get_args(hint)[0]), 6))
        yield from (tuple(some[:count]) for count in (1, 2, 3, 4, 5))
        yield from ((one,) for one in shapes(get_args(hint)[0]))
    elif isinstance(hint, types.UnionType) or get_origin(hint) is typing.Union:
        for one in get_args(hint):
            yield from shapes(one)
    elif hint is type(None):
        yield None
    else:
        raise TypeError(f"no values of {hint} are known here")


def made(kind: Any, most: int = COMBINATIONS) -> Iterator[Any]:
    """Objects of a dataclass, with every choice of the values of its fields, or `most` of them."""
    hints = get_type_hints(kind)
    choices = {one.name: CHOSEN.get(one.name) or tuple(shapes(hints[one.name])) for one in dataclasses.fields(kind)}
    if hints.get("form") is str:
        choices["form"] = ("",)
    names = [one.name for one in dataclasses.fields(kind)]
    if kind not in (Alike, More) and "kind" in choices:
        choices["kind"] = (kind.kind,)
    for values in _combined([*choices.values()], most):
        yield kind(**dict(zip(names, values, strict=True)))


def _combined(choices: list[tuple[object, ...]], most: int) -> Iterable[tuple[object, ...]]:
    """All combinations; where these are too many, each value in turn beside values by lot, the same ones each time."""
    if math.prod(map(len, choices)) <= most:
        return itertools.product(*choices)
    lot = random.Random(1)
    turns = range(max(most, *map(len, choices)))
    return (
        tuple(
            some[turn % len(some)] if number == turn % len(choices) else lot.choice(some)
            for number, some in enumerate(choices)
        )
        for turn in turns
    )


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("kind", get_args(Finding), ids=lambda kind: kind.__name__)
def test_that_every_shape_of_a_finding_is_said(kind: type) -> None:
    for one in made(kind):
        _is_said(sentence(one))
        assert "{" not in detail(one)


@pytest.mark.parametrize("kind", get_args(Finding), ids=lambda kind: kind.__name__)
def test_that_what_to_do_is_said_where_there_are_words(kind: type) -> None:
    for one in made(kind):
        assert "{" not in cure(one)


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("kind", get_args(Trouble), ids=lambda kind: kind.__name__)
def test_that_every_shape_of_a_trouble_is_said(kind: type) -> None:
    for one in made(kind):
        title, advice = told(one)
        assert "{" not in title + advice
        assert title not in MESSAGES


def _is_said(text: str) -> None:
    assert text
    assert "{" not in text
    assert text not in MESSAGES or texts(MESSAGES[text]) == [text]


def test_that_every_kind_of_finding_and_trouble_is_one_of_the_union() -> None:
    for module, union, base in ((finding, Finding, finding.About), (trouble, Trouble, trouble.Where)):
        kinds = {one for one in vars(module).values() if isinstance(one, type) and issubclass(one, base)}
        assert kinds - {base, finding.Plain} == set(get_args(union))
    assert {one.kind for kind in get_args(Finding) for one in itertools.islice(made(kind), 1)} <= set(FindingKind)


def test_that_every_state_and_every_end_of_a_run_has_its_words() -> None:
    for one in set(State) - {State.ABSENT}:
        _is_said(states.state(one))
        _is_said(states.state_in_a_word(one))
    for end in Ended:
        _is_said(states.ended(end))


@pytest.mark.usefixtures("strict")
def test_that_every_refusal_of_a_knob_is_said() -> None:
    for why, default in itertools.product(Refused, (True, 1, 1.5, "a")):
        knob = Knob("ROUNDS", default, default, 3, 1, 50, (1, 2))
        for value in ((), ("A", "B")) if why is Refused.UNKNOWN else (51,):
            _is_said(refused(Refusal(why, knob, value)))
    assert refused(None) == ""


@pytest.mark.usefixtures("strict")
def test_that_every_reason_of_the_stage_is_said() -> None:
    for why in NoWatch:
        _is_said(reasons.unwatched(WatchFact(1, "a.b", reason=why, detail="list")))
    for reason in NoValue:
        _is_said(reasons.unknown(UnknownFact(reason, "a + b", detail="NameError: no a", limit=2.0)))
    for ending, code in itertools.product(ProcessEnding, (9, 999)):
        _is_said(reasons.death(ProcessEndFact(3, ending, code, "os._exit(3)")))


@pytest.mark.usefixtures("strict")
def test_that_every_shape_of_a_suspicion_is_said() -> None:
    runners = ((), (Runner("work"),), (Runner("work", True),), (Runner(""), Runner("work", True, True)))
    more = tuple(Runner(f"f{number}", True) for number in range(5))
    for kind, certainty, doubt, seen in itertools.product(SuspicionKind, Certainty, Doubt, Seen):
        for lines, who, locks in (
            (1, runners[0], ()),
            (2, runners[1], ("a",)),
            (4, more, ("a", "b")),
            (3, runners[3], ()),
        ):
            places = tuple(Place(line + 1, 0, 1) for line in range(lines))
            one = Suspicion(kind, "n", places, certainty, doubt, locks, who)
            for said in (suspicions.note(one, seen), suspicions.brief(one, seen), suspicions.word(one, seen)):
                _is_said(said)
            assert all(line and "{" not in line for line in suspicions.hint(one, seen).split("\n"))


def test_that_each_kind_has_its_gravity_once() -> None:
    assert sorted(ORDER, key=lambda kind: kind.value) == sorted(FindingKind, key=lambda kind: kind.value)


SECTIONS = re.findall(r"^### (\S+)$(.*?)(?=^##|\Z)", (ROOT / "docs" / "findings.md").read_text("utf-8"), re.M | re.S)
PARTS = ("Said when", "Not said when", "What to do", "Neighbour")


def test_that_the_rule_of_each_kind_is_written_down_once() -> None:
    assert sorted(kind for kind, _ in SECTIONS) == sorted(one.value for one in FindingKind)


def test_that_each_rule_says_when_and_when_not_and_has_a_test_of_the_case_next_to_it() -> None:
    tests = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py")))
    known = set(re.findall(r"^(?:async )?def (test_\w+)", tests, re.M))
    for kind, text in SECTIONS:
        assert [part for part in PARTS if text.count(f"- **{part}**") != 1] == [], kind
        neighbours = re.findall(r"`(test_\w+)`", text.partition("**Neighbour**")[2])
        assert neighbours, kind
        assert set(neighbours) <= known, kind
