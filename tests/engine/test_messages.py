"""Messages: what is sent is what is read, garbage is counted, and `docs/wire.md` says what the classes say."""

import dataclasses
import enum
import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.environment import interpreters
from engine.protocol import messages, mistakes, process_messages, still_facts
from engine.protocol.codec import Codec, Unpacked
from engine.protocol.messages import FACTS, ORDERS, FrozenFact, TextFact, ThreadFact
from engine.protocol.process_messages import CALLS, NOTES, REPLIES
from engine.protocol.records import WIRE_VERSION

ROOT = Path(__file__).parents[2]
CODECS: list[Codec[Any]] = [FACTS, ORDERS, CALLS, REPLIES, NOTES]
KINDS = [(codec, kind) for codec in CODECS for kind in codec.kinds.values()]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
VALUE = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | FINITE | TEXT
FIELDS = {
    "str": TEXT,
    "bool": st.booleans(),
    "int": st.integers(-(2**63), 2**63 - 1),
    "float": FINITE,
    "Count": st.integers(0, 2**63 - 1),
    "Lane": st.integers(0, 2**16 - 1),
    "Id": st.integers(0, 2**32 - 1),
    "Place": st.integers(0, 2**32 - 1),
    "Value": VALUE,
    "tuple[int, ...]": st.lists(st.integers(0, 2**32 - 1)).map(tuple),
    "tuple[str, ...]": st.lists(TEXT, max_size=3).map(tuple),
    "tuple[Lane, ...]": st.lists(st.integers(0, 2**16 - 1), max_size=3).map(tuple),
    "Mapping[str, str]": st.dictionaries(TEXT, TEXT, max_size=3),
    "Mapping[str, bool]": st.dictionaries(TEXT, st.booleans(), max_size=3),
    "Mapping[str, int]": st.dictionaries(TEXT, st.integers(-(2**63), 2**63 - 1), max_size=3),
    "Mapping[str, Value]": st.dictionaries(TEXT, VALUE, max_size=3),
}
JSON = st.recursive(
    VALUE | st.just(10**400) | st.just(float("nan")) | st.just(float("inf")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


MODULES = (messages, process_messages, mistakes, still_facts)


def field(annotation: str) -> st.SearchStrategy[Any]:
    if annotation in FIELDS:
        return FIELDS[annotation]
    if annotation.endswith(" | None"):
        return st.none() | field(annotation[: -len(" | None")])
    if annotation.startswith("tuple["):
        return st.lists(field(annotation[6:-6]), max_size=3).map(tuple)
    kind = next(getattr(one, annotation) for one in MODULES if hasattr(one, annotation))
    return st.sampled_from(list(kind)) if issubclass(kind, enum.Enum) else of(kind)


def of(kind: type) -> st.SearchStrategy[Any]:
    """Any message of a class."""
    return st.builds(kind, **{one.name: field(str(one.type)) for one in dataclasses.fields(kind)})


@st.composite
def nonsense(draw: st.DrawFn, codec: Codec[Any]) -> object:
    """Objects that look like a message: fields are missing, of the wrong type, out of range or too many."""
    name = draw(st.sampled_from(list(codec.kinds)))
    found: dict[str, object] = {codec.tag: name}
    for one in dataclasses.fields(codec.kinds[name]):
        if draw(st.booleans()):
            found[one.name] = draw(JSON)
    return found | draw(st.dictionaries(TEXT, JSON, max_size=2))


@pytest.mark.parametrize(("codec", "kind"), KINDS)
@given(data=st.data())
def test_that_what_is_sent_is_what_is_read(codec: Codec[Any], kind: type, data: st.DataObject) -> None:
    sent = data.draw(of(kind))
    assert codec.unpack(codec.pack([sent, sent])) == Unpacked([sent, sent])
    assert codec.read(codec.line(sent)) == sent


@given(data=st.data(), which=st.sampled_from(range(len(CODECS))))
def test_that_nonsense_is_counted_and_what_is_read_holds_what_its_fields_say(data: st.DataObject, which: int) -> None:
    codec = CODECS[which]
    found = data.draw(st.lists(nonsense(codec) | JSON, max_size=4))
    read = codec.unpack(json.dumps(found).encode())
    assert len(read.messages) + read.unknown + read.garbage == len(found)
    for message in read.messages:
        assert codec.unpack(codec.pack([message])) == Unpacked([message])


@given(st.binary(max_size=60))
def test_that_bytes_of_any_kind_raise_nothing(payload: bytes) -> None:
    for codec in CODECS:
        codec.unpack(payload)
        codec.read(payload)
    assert FACTS.unpack(b"[" * 200_000) == Unpacked([], garbage=1)


@pytest.mark.parametrize(
    ("found", "unknown", "garbage"),
    [
        ({"fact": "frozen", "number": True}, 0, 1),
        ({"fact": "frozen", "number": 1.0}, 0, 1),
        ({"fact": "frozen", "number": -1}, 0, 1),
        ({"fact": "frozen", "number": 2**70}, 0, 1),
        ({"fact": "frozen"}, 0, 1),
        ({"fact": "plan", "seconds": float("inf")}, 0, 1),
        ({"fact": "plan", "seconds": 10**400}, 0, 1),
        ({"fact": "thread", "id": 2**16, "name": "a"}, 0, 1),
        ({"fact": "thread", "id": 1, "name": "a", "kind": "fibre"}, 0, 1),
        ({"fact": "thread", "id": 1, "name": None}, 0, 1),
        ({"fact": ["frozen"], "number": 1}, 0, 1),
        ({"number": 1}, 0, 1),
        ("frozen", 0, 1),
        (None, 0, 1),
        ({"fact": "weather", "number": 1}, 1, 0),
    ],
)
def test_that_each_is_refused_for_itself_and_its_neighbours_are_read(found: object, unknown: int, garbage: int) -> None:
    around = [vars(FrozenFact(1)), found, vars(FrozenFact(2))]
    read = FACTS.unpack(json.dumps(around).encode())
    assert read == Unpacked([FrozenFact(1), FrozenFact(2)], unknown, garbage)


def test_that_members_of_a_later_version_are_passed_over_and_those_left_out_have_their_defaults() -> None:
    read = FACTS.unpack(b'[{"fact": "text", "id": 3, "text": "a", "colour": "red"}]')
    assert read.messages == [TextFact(3, "a", error=False, left_out=0)]
    assert vars(TextFact(3, "a")) == {"fact": "text", "id": 3, "text": "a"}


def test_that_a_message_is_a_frozen_dataclass() -> None:
    fact = ThreadFact(2, "a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        fact.name = "b"  # type: ignore[misc]  # that is what is tested
    assert dataclasses.replace(fact, name="b") == ThreadFact(2, "b") != fact
    assert (hash(ThreadFact(2, "a")), repr(fact)) == (
        hash(fact),
        "ThreadFact(id=2, name='a', daemon=False, process='', kind=<LaneKind.THREAD: 'thread'>, timer=False, calls='')",
    )


ELSEWHERE = """
import json, sys
sys.path.insert(0, {root!r})
from engine.protocol.messages import FACTS, ORDERS
from engine.protocol.process_messages import CALLS, NOTES, REPLIES
told = []
for codec, payload in zip((FACTS, ORDERS, CALLS, REPLIES, NOTES), json.load(sys.stdin)):
    read = codec.unpack(payload.encode())
    told.append([codec.pack(read.messages).decode(), read.unknown, read.garbage])
json.dump(told, sys.stdout)
"""


@pytest.mark.parametrize("python", [one.executable for one in interpreters.find()])
@settings(max_examples=3, deadline=None)
@given(
    sent=st.tuples(*(st.lists(st.one_of(*map(of, codec.kinds.values())), max_size=60) for codec in CODECS)),
    odd=st.tuples(*(st.lists(nonsense(codec) | JSON, max_size=60) for codec in CODECS)),
)
def test_that_every_python_reads_the_same(python: str, sent: Sequence[list[Any]], odd: Sequence[list[object]]) -> None:
    payloads, expected = [], []
    for codec, messages_, others in zip(CODECS, sent, odd, strict=True):
        payloads.append(json.dumps([*map(vars, messages_), *others], default=vars))
        read = codec.unpack(payloads[-1].encode())
        expected.append([codec.pack(read.messages).decode(), read.unknown, read.garbage])
    told = subprocess.run(
        [python, "-c", ELSEWHERE.format(root=str(ROOT))],
        input=json.dumps(payloads),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert json.loads(told.stdout) == expected


def described(codec: Codec[Any]) -> dict[str, list[str]]:
    """The messages in the table of docs/wire.md that is headed by the codec's tag, and their fields."""
    text = (ROOT / "docs" / "wire.md").read_text("utf-8")
    table = text.split(f"\n| `{codec.tag}` |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*)\|", table, re.MULTILINE)
    return {name: re.findall(r"`(\w+)`", fields) for name, fields in rows}


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.tag)
def test_that_the_document_names_every_message_and_every_field(codec: Codec[Any]) -> None:
    declared = {name: [one.name for one in dataclasses.fields(kind)] for name, kind in codec.kinds.items()}
    assert described(codec) == declared


def test_that_the_document_says_which_version_it_describes() -> None:
    assert f"Version {WIRE_VERSION}." in (ROOT / "docs" / "wire.md").read_text("utf-8")


def test_that_only_the_codec_knows_how_a_message_is_written_and_only_one_module_packs_places() -> None:
    tags = f"{FACTS.tag}|{ORDERS.tag}"
    written = re.compile(rf"""\{{["'](?:{tags})["']|\.get\(["'](?:{tags})["']|& 0xFFFFF\b|>> 20\b""")
    paths = [path for room in ("engine", "gui") for path in (ROOT / room).rglob("*.py")]
    outside = [path for path in paths if path.parent.name != "protocol"]
    found = [f"{path.name}: {hit[0]}" for path in outside for hit in written.finditer(path.read_text("utf-8"))]
    assert found == []
