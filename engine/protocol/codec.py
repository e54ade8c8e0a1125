"""Messages as JSON and back: one codec for facts, for orders, and for what processes and the stage say to each other.

A message is a frozen dataclass. What its JSON may hold is read off its fields once, so that a field is declared in one
place. Reading is strict: what comes from a process that runs any program may be anything.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from json import encoder, scanner
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any, Generic, TypeVar

from engine.protocol.lazy_dataclass import make_init
from engine.protocol.records import LAST_THREAD

__all__ = ["Codec", "UnknownKind", "Unpacked", "listed"]

Message = TypeVar("Message")
Maker = Callable[[Mapping[str, Any]], Any]  # of JSON's object; raises one of _WRONG

_WRONG = (ValueError, KeyError, TypeError, OverflowError)


class UnknownKind(ValueError):
    """A message of a kind that this version does not know."""


@dataclasses.dataclass(frozen=True)
class Unpacked(Generic[Message]):
    """The messages of a block that make sense, and how many do not."""

    messages: list[Message]
    unknown: int = 0  # of a kind that this version does not know
    garbage: int = 0


class Codec(Generic[Message]):
    """The messages of one closed union. `tag` is the member of the JSON object that says which of them it is.

    A message is called after its class: `ProcessEndFact` is "process_end" where `suffix` is "Fact".
    """

    def __init__(self, kinds: Iterable[type], tag: str, suffix: str) -> None:
        self.tag = tag
        self.kinds = {_called(kind.__name__, suffix): kind for kind in kinds}
        self._makers: dict[str, Maker] = {}  # made when they are needed: a stage sends facts and reads none
        for name, kind in self.kinds.items():
            make_init(kind, [f"    fields[{tag!r}] = {name!r}"])

    def made(self, found: Any) -> Message:
        """The message of such an object. Raises UnknownKind, or another of _WRONG for nonsense."""
        name = found[self.tag]
        maker = self._makers.get(name)
        if maker is None:
            if name not in self.kinds:
                raise UnknownKind(name) if isinstance(name, str) else TypeError(name)
            maker = self._makers[name] = _maker(self.kinds[name], f"    fields[{self.tag!r}] = {name!r}")
        made: Message = maker(found)
        return made

    def pack(self, messages: Iterable[Message]) -> bytes:
        """Messages as a JSON list. Halves of characters (lone surrogates) become question marks."""
        plain = [message.__dict__ for message in messages]  # just what JSON needs, with the tag first
        return _written(plain, encode_basestring).encode("utf-8", "replace")

    def unpack(self, payload: bytes) -> Unpacked[Message]:
        """What `pack` made, or anything else. Raises nothing."""
        found = listed(payload)
        return self.unpack_all(found) if found is not None else Unpacked([], garbage=1)

    def unpack_all(self, found: Iterable[object]) -> Unpacked[Message]:
        """The messages of objects that JSON held. Raises nothing."""
        messages: list[Message] = []
        unknown = garbage = 0
        for one in found:
            try:
                messages.append(self.made(one))
            except UnknownKind:
                unknown += 1
            except _WRONG:
                garbage += 1
        return Unpacked(messages, unknown, garbage)

    def line(self, message: Message) -> bytes:
        """One message as a line. Halves of characters stay: they may be in the name of a file."""
        return _written(message.__dict__, encode_basestring_ascii).encode() + b"\n"

    def read(self, line: bytes) -> Message | None:
        """The message of such a line, None when it is none. Raises nothing."""
        return next(iter(self.unpack_all([_loaded(line)]).messages), None)


def listed(payload: bytes) -> list[object] | None:
    """The list that a payload is in JSON; None where it is none. Raises nothing."""
    found = _loaded(payload)
    return found if type(found) is list else None


def _called(name: str, suffix: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name[: len(name) - len(suffix)]).lower()


def _loaded(data: bytes) -> object:
    try:
        return _read(data)
    except (ValueError, RecursionError):
        return None


# Functions of C, and what they need, kept here: a program on the stage may replace every name of `json`.


def _reader() -> Callable[[bytes], object]:
    """json.loads for bytes, of which no part can be replaced."""
    make: Any = getattr(scanner, "c_make_scanner", None)
    if make is None:  # Python without its parts in C
        return json.loads
    scan = make(json.JSONDecoder())

    def read(data: bytes) -> object:
        text = data.strip(b" \t\n\r").decode("utf-8", "surrogatepass")
        try:
            found, end = scan(text, 0)
        except StopIteration:
            raise ValueError("no JSON") from None
        if end != len(text):
            raise ValueError("more than JSON")
        return found

    return read


def _writer() -> Callable[[Any, Callable[[str], str]], str]:
    """The same for json.dumps; the second argument writes texts."""
    make: Any = getattr(encoder, "c_make_encoder", None)
    if make is None:
        plain = {True: json.JSONEncoder(default=_other), False: json.JSONEncoder(ensure_ascii=False, default=_other)}
        return lambda value, text: plain[text is encode_basestring_ascii].encode(value)
    return lambda value, text: "".join(make(None, _other, text, None, ": ", ", ", False, False, True)(value, 0))


_read, _written = _reader(), _writer()


def _other(value: Any) -> Any:
    """What JSON has no word for: a part of a message as its fields, a mapping as an object, the rest as its repr."""
    if dataclasses.is_dataclass(value):
        return vars(value)
    return dict(value) if isinstance(value, Mapping) else repr(value)


# what a field's JSON may be, by its annotation: a condition for `value`, and what makes the field of it


def _whole(low: int, high: int) -> str:
    return f"type(value) is int and {low} <= value <= {high}"


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("no number to reckon with")
    return float(value)


def _value(value: Any) -> Any:
    if value is not None and type(value) not in (bool, int, float, str):
        raise TypeError("no value")
    return _finite(value) if type(value) is float else value


def _of(kind: type) -> Callable[[Any], Any]:
    def same(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError("of the wrong type")
        return value

    return same


def _lane(value: Any) -> Any:
    if type(value) is not int or not 0 <= value <= LAST_THREAD:
        raise TypeError("no lane")
    return value


def _mapping(of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda found: {name: of(value) for name, value in found.items()}


def _sequence(of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda found: tuple(map(of, found))


_CHECKS: dict[str, tuple[str, Callable[[Any], Any] | None]] = {
    "str": ("type(value) is str", None),
    "bool": ("type(value) is bool", None),
    "int": (_whole(-(2**63), 2**63 - 1), None),
    "float": ("type(value) is float or type(value) is int", _finite),
    "Count": (_whole(0, 2**63 - 1), None),
    "Lane": (_whole(0, LAST_THREAD), None),
    "Id": (_whole(0, 2**32 - 1), None),
    "Place": (_whole(0, 2**32 - 1), None),
    "Value": ("True", _value),
    "tuple[int, ...]": ("type(value) is list", _sequence(_of(int))),
    "tuple[str, ...]": ("type(value) is list", _sequence(_of(str))),
    "tuple[Lane, ...]": ("type(value) is list", _sequence(_lane)),
    "Mapping[str, str]": ("type(value) is dict", _mapping(_of(str))),
    "Mapping[str, bool]": ("type(value) is dict", _mapping(_of(bool))),
    "Mapping[str, int]": ("type(value) is dict", _mapping(_of(int))),
    "Mapping[str, Value]": ("type(value) is dict", _mapping(_value)),
}


def _check(annotation: str, kind: type) -> tuple[str, Callable[[Any], Any] | None]:
    if annotation in _CHECKS:
        return _CHECKS[annotation]
    base, _, rest = annotation.partition(" | ")
    if rest == "None":
        condition, refine = _check(base, kind)
        return f"value is None or {condition}", refine and (lambda value: None if value is None else refine(value))
    if annotation.startswith("tuple["):
        return "type(value) is list", _sequence(_member(annotation[6 : -len(", ...]")], kind))
    named = vars(sys.modules[kind.__module__])[annotation]
    if issubclass(named, enum.Enum):
        return "type(value) is str", {one.value: one for one in named}.__getitem__
    return "type(value) is dict", _maker(named)


def _member(annotation: str, kind: type) -> Callable[[Any], Any]:
    """Makes one of several parts of a message; raises one of _WRONG."""
    make = _maker(vars(sys.modules[kind.__module__])[annotation])

    def made(value: Any) -> Any:
        if type(value) is not dict:
            raise TypeError("no part of a message")
        return make(value)

    return made


# Both are written out as a function's text, once for each class, as dataclasses itself does with __init__: a program
# that prints pays for each of its lines. A field that has its default is left out, and read from the class.


def _maker(kind: type, first: str = "") -> Maker:
    """A function that makes a message of JSON's object; members it does not know are passed over: a later one's."""
    space: dict[str, Any] = {"kind": kind, "new": object.__new__}
    lines = ["def make(found):", "    made = new(kind)", "    fields = made.__dict__", first]
    for one in dataclasses.fields(kind):
        name = one.name
        condition, space[f"refine_{name}"] = _check(str(one.type), kind)
        made = "value" if space[f"refine_{name}"] is None else f"refine_{name}(value)"
        if hasattr(kind, name):
            lines.append(f"    if {name!r} in found:")
        lines += [
            f"        {line}" if hasattr(kind, name) else f"    {line}"
            for line in (
                f"value = found[{name!r}]",
                f"if not ({condition}):",
                f"    raise TypeError({name!r})",
                f"fields[{name!r}] = {made}",
            )
        ]
    exec("\n".join([*lines, "    return made"]), space)
    maker: Maker = space["make"]
    return maker
