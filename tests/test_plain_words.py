"""What the window and the commands say is said in the words of a first-year student, not of those who made it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from engine.explanations import collection
from engine.words.catalogue import FILE

ROOT = Path(__file__).resolve().parent.parent
TRANSLATED = frozenset({"tr", "translate", "QT_TRANSLATE_NOOP"})
MAKERS = (  # a word of ours, and of the field where a simpler one says the same
    "records", "dropped", "held back", "facades?", "lanes?", "spans?", "the stage", "interpreters?", "synchronisation",
    "reckon\\w*", "CPython", "instances?", "invoke\\w*", "primitives?",
)  # fmt: skip
WORD = re.compile(rf"\b({'|'.join(MAKERS)})\b", re.IGNORECASE)


def said_in_the_window() -> Iterator[tuple[str, str]]:
    """Each text that is shown, with the file and line it stands in."""
    for file in sorted((ROOT / "gui").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in TRANSLATED and node.args and isinstance(node.args[-1], ast.Constant):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", str(node.args[-1].value)


def said_in_the_catalogue() -> Iterator[tuple[str, str]]:
    """Each message of the catalogue, with its id."""
    for entry in polib.pofile(str(FILE)):
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            yield entry.msgid, re.sub(r"\{[^}]*\}", "", text)


def said_by_explanations() -> Iterator[tuple[str, str]]:
    """Words and cure of each known exception; what is put in, and Python's own names, are not ours."""
    for one in collection.load([collection.RESOURCES / collection.NAME]).explanations:
        yield one.id, re.sub(r"\{[^}]*\}", "", one.words)
        yield one.id, re.sub(r"\{[^}]*\}", "", one.cure)


@pytest.mark.parametrize("said", [said_in_the_window, said_in_the_catalogue, said_by_explanations])
def test_that_no_word_of_the_makers_is_said(said) -> None:
    texts = list(said())
    assert len(texts) > 80, "they are found at all"
    assert [(where, text) for where, text in texts if WORD.search(text)] == []
