"""The engine's Python files hold no sentence for people: what is said stands in resources/words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WORDS = re.compile(r"[A-Za-z]*[a-z]{2,}[,;:.]? (?:[a-z]{2,}|a|\{)|(?:^|[^\w]) ?[a-z]{2,} [a-z]{2,}")
EXEMPT = {  # file or folder -> why it may hold sentences
    "engine/environment/": "the set-up speaks before anything of the program is installed",
    "engine/headless.py": "errors of the command line",
    "engine/scenarios/scenario_file.py": "mistakes in a scenario.toml: its author reads them",
    "engine/scenarios/scenario.py": "mistakes in the settings of a link: its author reads them",
    "engine/scenarios/catalogue.py": "two folders of scenarios with one name: their author reads that",
    "engine/explanations/explanation_file.py": "mistakes in an explanation: its author reads them",
    "engine/session/proofs.py": "proofs that fail: the author of the scenario reads them",
    "engine/protocol/codec.py": "writes Python code; its refusals are counted and shown to nobody",
    "engine/protocol/lazy_dataclass.py": "writes Python code",
    "engine/hosting/host.py": "names of threads",
    "engine/stage/facade/last_streams.py": "what Python itself prints",
    "engine/stage/outcome/suggestions.py": "what Python itself prints",
    "engine/stage/facade/threading/threads.py": "Python's own first line of a traceback of a thread",
    "engine/stage/outcome/bare.py": "what Python itself prints",
    "engine/stage/outcome/exception_report.py": "Python's own lines between tracebacks",
    "engine/stage/program.py": "Python's own first lines of tracebacks",
    "engine/stage/processes/pickling.py": "Python code that travels",
}
ALLOWED = {  # text -> why it is no sentence for people
    " -m pip install ": "a command",
    "file descriptor ": "the name of a file that has none",
    "library thread ": "the name of a thread that has none",
    "'timeout' must be a non-negative number": "queue's own error",
    "The above exception was the direct cause": "Python's own words between two tracebacks",
    "During handling of the above exception": "Python's own words between two tracebacks",
    "Traceback (most recent call last):": "Python's own first line of a traceback",
    "<frozen importlib": "what Python calls its importer",
    "lambda function, args, kwargs: function(*args, **kwargs)": "Python code",
}


def sentences(path: Path) -> Iterator[str]:
    """Where constants that read like English for people stand; what is raised or asserted is for developers."""
    tree = ast.parse(path.read_text("utf-8"))
    passed = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Raise, ast.Assert)) or _is_docstring(node)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in passed:
            continue
        if WORDS.search(node.value) and node.value not in ALLOWED:
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.value!r}"


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def exempt(path: Path) -> bool:
    return path.relative_to(ROOT).as_posix().startswith(tuple(EXEMPT))


def test_that_the_engine_holds_no_sentence_for_people() -> None:
    found = [one for path in sorted((ROOT / "engine").rglob("*.py")) if not exempt(path) for one in sentences(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("place", EXEMPT)
def test_that_whoever_may_hold_sentences_holds_some(place: str) -> None:
    paths = [path for path in (ROOT / "engine").rglob("*.py") if path.relative_to(ROOT).as_posix().startswith(place)]
    assert any(True for path in paths for _ in sentences(path))


@pytest.mark.parametrize(
    "text", ["nothing to report", "{} is not text", "Choose a .py file.", "going on", " held back"]
)
def test_that_a_sentence_is_known_when_it_is_seen(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "one.py").write_text(f'"""It says things."""\nSAID = {text!r}\n', "utf-8")
    assert len(list(sentences(tmp_path / "one.py"))) == 1
