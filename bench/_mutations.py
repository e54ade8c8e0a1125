"""Damages bytes and texts at random: what a fuzzing run feeds to whoever reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

ODD_BYTES = (
    b"\x00",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\x80",
    b"\x00\x00\x00\x80",
    b"\n",
    b"[",
    b"{",
    b'"',
    b"\\",
    b"PK\x01\x02",
)
ODD_TEXTS = (
    "",
    " ",
    "\n",
    "\r",
    "\x00",
    "\t",
    "\ud800",
    "\udcff",
    "\ufeff",
    "\u202e",
    "é",
    "漢",
    "\U0001f600",
    "'",
    '"',
    "\\",
    "`",
    "[" * 3000,
    "(" * 3000,
    "-" * 60_000,
    "not " * 2000,
    "9" * 5000,
    "1e999",
    "-1e999",
    "nan",
    "inf",
    "-0",
    "0x" + "f" * 3000,
    "True",
    "None",
    "None.x",
    "2**99",
    "9**9**9",
    "1_0",
    "a" * 70_000,
    "=",
    "&",
    "?",
    "#",
    "%",
    "%zz",
    "%00",
    "+",
    "..",
    "/",
    "~",
    "$HOME",
    "{}",
    "{0}",
    "{x!r}",
    "%s",
    "|",
    "..5",
    "1..",
    "5..1",
    "lock=on",
    "speed=1e-99",
    "speed=nan",
    "--",
    "-",
    "<b>",
    "![](x)",
    "```",
    "| a | b |\n|---|---|\n",
    "> " * 500,
    "* " * 500,
    "[x](demo:counter?lock=off)",
    "\n\n# ",
    "[[",
    "]]",
    "'''",
    '"""',
    "1979-05-27",
    "0b2",
    "&amp;",
    "__class__",
    "lambda: 0",
    "[0]*9**9",
    "'x'*9**9",
)
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**16,
    2**31,
    2**32,
    2**63,
    -(2**63),
    2**64,
    10**400,
    0.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "x",
    "\ud800",
    "\x00",
    "9" * 5000,
    [],
    [[]],
    [None],
    [1, "a"],
    {},
    {"": None},
    {"a": {}},
    [[[[[[]]]]]],
    "finished",
    "thread",
)


def bytes_of(chance: Random, data: bytes) -> bytes:
    """Some bytes taken out, put in, changed, doubled, cut off."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(found) + 1)
        end = min(len(found), at + chance.choice((0, 1, 1, 2, 4, 30)))
        how = chance.randrange(6)
        if how == 0:
            del found[at:end]
        elif how == 1:
            found[at:at] = chance.choice(ODD_BYTES)
        elif how == 2:
            found[at:end] = chance.randbytes(end - at)
        elif how == 3 and at < len(found):
            found[at] ^= 1 << chance.randrange(8)
        elif how == 4:
            found[at:at] = found[chance.randrange(len(found) + 1) :][: chance.choice((3, 28, 400))]
        else:
            del found[chance.choice((at, len(found))) :]
    return bytes(found)


def text_of(chance: Random, text: str) -> str:
    """The same of a text, which gets odd words as well."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.choice((0, 0, 1, 3, 10, 80)))
        how = chance.randrange(5)
        if how < 3:
            text = text[:at] + chance.choice(ODD_TEXTS) + text[end:]
        elif how == 3:
            text = text[:at] + text[end:]
        else:
            text = text[:at] + text[chance.randrange(len(text) + 1) :][: chance.choice((3, 30, 300))] + text[at:]
    return text


def value_of(chance: Random, value: Any) -> Any:
    """The same of what JSON holds: one part of it, somewhere inside, is another one, is gone, or stands twice."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        name = chance.choice(list(value))
        changed = dict(value)
        if chance.random() < 0.1:
            del changed[name]
        elif chance.random() < 0.1:
            changed[chance.choice(ODD_TEXTS)[:99]] = changed.pop(name)
        else:
            changed[name] = value_of(chance, value[name])
        return changed
    if isinstance(value, list) and value and chance.random() < 0.85:
        at = chance.randrange(len(value))
        return [*value[:at], value_of(chance, value[at]), *value[at + chance.choice((0, 1, 1, 1)) :]]
    return chance.choice(ODD_VALUES)


def json_of(chance: Random, value: Any) -> bytes:
    """Damaged JSON: mostly what is in it, sometimes its text."""
    try:
        data = json.dumps(value_of(chance, value) if chance.random() < 0.8 else value).encode()
    except ValueError:  # a number with too many digits
        data = b"[]"
    return bytes_of(chance, data) if chance.random() < 0.3 else data


def words_of(chance: Random, words: list[str], most: int = 6) -> list[str]:
    """Some of these words and damaged ones, in any order."""
    make: tuple[Callable[[], str], ...] = (
        lambda: chance.choice(words),
        lambda: text_of(chance, chance.choice(words)),
        lambda: chance.choice(ODD_TEXTS),
        lambda: f"{chance.choice(words)}={chance.choice(ODD_TEXTS)}",
    )
    return [chance.choice(make)() for _ in range(chance.randrange(most + 1))]
