"""Reads the file of one explanation, and says its mistakes with their lines. The format is in docs/explanations.md."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli

from engine.environment import small_file
from engine.explanations.explanation import Explanation, Mistake, When

LARGEST = 256_000  # bytes
ENDING = ".toml"
MADE = ("thread", "error", "alive")  # what words may have in them besides the groups of the patterns
_KNOWN = ("type", "message", "printed", "through", "when", "threads", "locks", "lesson", "words", "cure")
_TEXTS = ("words", "cure")
_AT_LINE = re.compile(r" ?\(at line (\d+), column \d+\)")


class _Wrong(Exception):
    """A mistake at a field of the file, "" where it is of no single one."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def read(path: Path, language: str = "en") -> Explanation | Mistake:
    """The explanation in this file, or what is wrong with it. `language` is that of the catalogue. Never raises."""
    try:
        text = small_file.text(path, LARGEST)
        table = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        return Mistake(path.name, int(found[1]) if found else 0, _AT_LINE.sub("", str(error)))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return Mistake(path.name, line, "it is not UTF-8 text")
    except (OSError, RecursionError) as error:
        return Mistake(path.name, 0, getattr(error, "strerror", None) or "it is nested too deeply")
    except ValueError as error:  # a number of thousands of digits
        return Mistake(path.name, 0, str(error))
    try:
        return _made(path.stem, {**table, **_translated(path, language)})
    except _Wrong as wrong:
        return Mistake(path.name, _line_of(text, wrong.field), str(wrong))


def _translated(path: Path, language: str) -> dict[str, Any]:
    """Words and cure in another language: they stand in a file beside it, such as NAME.de.toml."""
    other = path.with_name(f"{path.stem}.{language}{ENDING}")
    try:
        table = tomli.loads(small_file.text(other, LARGEST))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:  # of TOML, of UTF-8
        raise _Wrong("", f"{other.name}: {error}") from error
    return {name: table[name] for name in _TEXTS if name in table}


def _made(id_: str, table: Mapping[str, Any]) -> Explanation:
    for name in table:
        if name not in _KNOWN:
            raise _Wrong(name, f"'{name}' is not known here; known are {', '.join(_KNOWN)}")
    words, cure = (_text(table, name) for name in _TEXTS)
    for name, said in (("words", words), ("cure", cure)):
        if not said.strip():
            raise _Wrong(name, f"{name} is missing")
    types, messages, printed = _texts(table, "type"), _patterns(table, "message"), _patterns(table, "printed")
    through = _text(table, "through")
    if not (types or printed or through):
        raise _Wrong("", "there has to be a type, a printed line, or what the traceback goes through")
    if printed and (types or messages or through):
        raise _Wrong("printed", "printed is for lines that are no exception: it goes with no type, message or through")
    threads = _texts(table, "threads")
    groups = [set(one.groupindex) for one in messages or printed] or [set[str]()]
    _check_names(words, cure, threads, set.intersection(*groups))
    return Explanation(
        id_,
        " ".join(words.split()),
        " ".join(cure.split()),
        types,
        messages,
        printed,
        _pattern("through", through) if through else None,
        tuple(_when(one) for one in _texts(table, "when")),
        threads,
        _flag(table, "locks"),
        _text(table, "lesson"),
    )


def _check_names(words: str, cure: str, threads: tuple[str, ...], groups: set[str]) -> None:
    """What is put in has to be there, whichever pattern fits."""
    for name, said in (("words", words), ("cure", cure)):
        try:
            named = [one for _, one, _, _ in string.Formatter().parse(said) if one is not None]
        except ValueError as error:
            raise _Wrong(name, f"{name}: {error}") from error
        for one in named:
            if one not in groups and one not in MADE:
                known = ", ".join((*sorted(groups), *MADE))
                raise _Wrong(name, f"{name}: no group of every pattern is called {{{one}}}; there are {known}")
    for one in threads:
        if one not in groups:
            raise _Wrong("threads", f"threads: no group of every pattern is called {one!r}")


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name, "")
    if not isinstance(value, str):
        raise _Wrong(name, f"{name} has to be a text, not {value!r}")
    return value


def _flag(table: Mapping[str, Any], name: str) -> bool:
    value = table.get(name, False)
    if not isinstance(value, bool):
        raise _Wrong(name, f"{name} has to be true or false, not {value!r}")
    return value


def _texts(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = table.get(name, [])
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not all(isinstance(one, str) and one for one in several):
        raise _Wrong(name, f"{name} has to be a text or a list of texts, not {value!r}")
    return tuple(several)


def _patterns(table: Mapping[str, Any], name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(name, one) for one in _texts(table, name))


def _pattern(name: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise _Wrong(name, f"{name} is no regular expression: {error}") from error


def _when(text: str) -> When:
    try:
        return When(text)
    except ValueError:
        raise _Wrong("when", f"when is one of {', '.join(one.value for one in When)}; not {text!r}") from None


def _line_of(text: str, field: str) -> int:
    """Where a field stands, 0 where it does not."""
    if not field:
        return 0
    wanted = re.compile(rf"\s*[\"']?{re.escape(field)}[\"']?\s*[=.\]]|\s*\[+\s*{re.escape(field)}\b")
    return next((number for number, line in enumerate(text.split("\n"), 1) if wanted.match(line)), 0)
