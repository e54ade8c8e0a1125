"""The rules that keep the tree in shape: imports, sizes, and what no file may say."""

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gui import discovery
from gui.panel import PanelInfo
from tests import any_in_the_stage

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400  # lines of a module
LONGEST_WINDOW = 200
MOST_METHODS = 19
HELPING_PANELS: frozenset[str] = frozenset()  # modules of gui.panels that are a part of another panel
NOT_KEPT = {
    ".git",
    ".venv",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    "build",
    "dist",
}
BINARY = {".png", ".ttf", ".otf", ".pyc"}
OVER_BUDGET: dict[str, str] = {  # "gui/x.py" or "gui/x.py:Class" -> the reason why it may be larger
    "gui/panel.py:Commands": "every wish of a panel is one line of it, and is looked for nowhere else",
    "engine/session/session.py:Session": "the one door to a program and its runs: each wish of a front end is a method",
    "gui/controller.py:Controller": "it carries out each of these wishes, in a line or two",
}


def modules(*folders):
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert paths
    return [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in paths]


def imported(path):
    """Every module that a file imports, with the level of relative imports resolved by refusing them."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module


LINT = "from importlinter.cli import lint_imports_command as go; go()"


def lint(root):
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        check=False,
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200", "PYTHONPATH": str(root)},
    )


def test_that_imports_point_one_way():
    told = lint(ROOT)
    assert told.returncode == 0, told.stdout + told.stderr


AGAINST = {  # contract -> a line that breaks it, and where
    "The engine knows no window": ("engine/session/run.py", "import gui.panel"),
    "The engine's rooms are layers": ("engine/analysis/spans.py", "import engine.findings.detector"),
    "What watches a program and what studies a run": ("engine/stage/program.py", "import engine.frame"),
    "The window's rooms lie one above the other": ("gui/panels/verdict.py", "import gui.driver"),
    "Panels know no other panel": ("gui/panels/code.py", "import gui.panels.output"),
    "Plots know no other plot": ("gui/plots/timeline/rows.py", "import gui.plots.wait_graph.waits"),
    "No circle of imports in the window": ("gui/theme/theme.py", "import gui.widgets.card"),
}


@pytest.fixture(scope="module")
def broken_tree(tmp_path_factory):
    """What the contracts say of a copy of the tree in which each of them is broken by one line."""
    root = tmp_path_factory.mktemp("tree")
    for folder in ("engine", "gui"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for path, line in AGAINST.values():
        with open(root / path, "a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    return lint(root)


def test_that_every_contract_is_known_to_be_breakable(broken_tree):
    contracts = re.findall(r"^(.+?) (?:KEPT|BROKEN)", broken_tree.stdout, re.MULTILINE)
    assert len(contracts) == len(AGAINST)
    assert broken_tree.returncode != 0


@pytest.mark.parametrize("name", AGAINST)
def test_that_one_import_against_it_breaks_a_contract(broken_tree, name):
    assert re.search(rf"^{re.escape(name)}.*BROKEN", broken_tree.stdout, re.MULTILINE), broken_tree.stdout


def import_graph(root=ROOT):
    """Which modules each module imports, at whatever place in its text but for what only type checkers read."""
    paths = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for folder in ("engine", "gui")
        for path in (root / folder).rglob("*.py")
    }
    graph = {}
    for module, path in paths.items():
        named = set()
        for node in _run_nodes(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                named.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                inside = [f"{node.module}.{alias.name}" for alias in node.names]
                named.update(one if one in paths else node.module for one in inside)
        graph[module] = (named & paths.keys()) - {module}
    return graph


def _run_nodes(node):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from _run_nodes(child)


def circles(graph):
    """The modules that import one another, by whatever way round."""
    reached = {module: _reached(graph, module) for module in graph}
    return {
        frozenset(other for other in reached[module] if module in reached[other])
        for module in graph
        if module in reached[module]
    }


def _reached(graph, module):
    found, ahead = set(), [module]
    while ahead:
        for other in graph[ahead.pop()] - found:
            found.add(other)
            ahead.append(other)
    return found


def test_that_no_module_imports_what_imports_it():
    assert circles(import_graph()) == set()


def test_that_a_circle_is_seen_also_where_a_function_closes_it(tmp_path):
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "one.py").write_text("import engine.two\n")
    (tmp_path / "engine" / "two.py").write_text("def late():\n    from engine import three\n")
    three = tmp_path / "engine" / "three.py"
    three.write_text("if TYPE_CHECKING:\n    from engine.one import name\n")
    assert circles(import_graph(tmp_path)) == set()
    three.write_text("from engine.one import name\n")
    assert circles(import_graph(tmp_path)) == {frozenset({"engine.one", "engine.two", "engine.three"})}


@pytest.mark.parametrize("path", modules("engine/stage", "engine/protocol"))
def test_that_the_stage_imports_only_the_standard_library_and_the_vocabulary(path):
    for name in imported(path):
        rooms = ("engine.stage", "engine.protocol")
        ours = name in rooms or name.startswith(tuple(f"{room}." for room in rooms))
        assert ours or name.split(".")[0] in sys.stdlib_module_names, name


def test_that_the_stage_says_what_its_values_are():
    """`Any` is for what only the program, or a library's own class, knows: each file that says it has its reason."""
    stage = ROOT / "engine" / "stage"
    said = {
        path.relative_to(stage).as_posix(): len(re.findall(r"\bAny\b", path.read_text("utf-8")))
        for path in stage.rglob("*.py")
    }
    assert {file: count for file, count in said.items() if count} == {
        file: count for file, (count, reason) in any_in_the_stage.REASONS.items() if reason
    }


DOCUMENTED = {"os._exit", "sys._getframe"}  # private by their names alone


@pytest.mark.parametrize("path", modules("engine/stage"))
def test_that_private_names_of_cpython_are_reached_by_way_of_one_module(path):
    tree = ast.parse(path.read_text("utf-8"))
    bound = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            bound.update((alias.asname or alias.name.partition(".")[0], alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            bound.update((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)
    used = {
        f"{bound[node.value.id]}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in bound
    }
    private = {name for name in used if re.search(r"\._[a-z]\w*$", name) and not name.startswith("engine.")}
    assert path.name == "cpython.py" or private <= DOCUMENTED


@pytest.mark.parametrize("path", modules("engine/stage", "engine/protocol"))
def test_that_the_stage_can_be_read_by_python_3_9(path):
    ast.parse(path.read_text("utf-8"), feature_version=(3, 9))


@pytest.mark.parametrize("path", modules("engine"))
def test_that_the_engine_knows_no_window(path):
    tops = {name.split(".")[0] for name in imported(path)}
    assert tops.isdisjoint({"gui", "main", "PySide6", "pyqtgraph"})


@pytest.mark.parametrize(
    "name", ["main", "installation", "newer_python", "bootstrap", "requirements", "system", "steps"]
)
def test_that_the_first_start_needs_nothing_but_the_standard_library(name):
    path = ROOT / "main.py" if name == "main" else ROOT / "engine" / "environment" / f"{name}.py"
    inside = {node for part in ast.parse(path.read_text("utf-8")).body for node in [part]}
    for node in inside:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for one in names:
            assert one.split(".")[0] in {*sys.stdlib_module_names, "engine"}, one


@pytest.mark.parametrize("path", modules("gui/panels", "gui/plots"))
def test_that_panels_know_no_other_panel_and_no_window(path):
    own = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for name in imported(path):
        assert not name.startswith(("gui.window", "gui.driver", "gui.app")), name
        if name.startswith("gui.panels.") and name != own:
            assert not hasattr(importlib.import_module(name), "PANEL"), f"{own} imports the panel {name}"


def test_that_the_window_imports_no_engine():
    names = list(imported(ROOT / "gui" / "window.py"))
    assert not [name for name in names if name.split(".")[0] == "engine" and name != "engine.frame"]


@pytest.mark.parametrize("path", [*modules("engine", "gui"), pytest.param(ROOT / "main.py", id="main.py")])
def test_that_modules_and_classes_keep_to_their_budgets(path):
    name = path.relative_to(ROOT).as_posix()
    text = path.read_text("utf-8")
    limit = LONGEST_WINDOW if name == "gui/window.py" else LONGEST
    assert name in OVER_BUDGET or len(text.splitlines()) < limit
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module begins with one line that says what it is"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            methods = [part for part in node.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))]
            assert f"{name}:{node.name}" in OVER_BUDGET or len(methods) <= MOST_METHODS, node.name


def kept_files():
    """What belongs to the project; a bare machine has no git to ask."""
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [name for name in inside if name not in NOT_KEPT and not name.endswith(".egg-info")]
        yield from (Path(folder, one) for one in names if one not in NOT_KEPT and Path(one).suffix not in BINARY)


def test_that_no_file_holds_a_path_of_some_machine_or_the_address_of_a_registry():
    paths = "|".join(["ho" + "me", "ro" + "ot", "wo" + "rk", "Us" + "ers"])
    hosts = "|".join([r"py" + r"pi\.org", r"python" + r"hosted\.org", "file:/" + "//"])
    wrong = re.compile(rf"(?<![\w.~/-])/(?:{paths})/\w|{hosts}")
    found = [f"{path.relative_to(ROOT)}: {hit[0]}" for path in kept_files() for hit in wrong.finditer(_text(path))]
    assert found == []


def _text(path):
    return path.read_bytes().decode("utf-8", "replace")


def test_that_every_panel_declares_itself_and_no_two_have_one_name():
    ids = []
    for name in discovery.names():
        panel = getattr(importlib.import_module(name), "PANEL", None)
        if panel is None:
            assert name.startswith("gui.plots.") or name in HELPING_PANELS, f"{name} has no PANEL"
        else:
            assert isinstance(panel, PanelInfo)
            ids.append(panel.id)
    assert len(ids) == len(set(ids))
    assert {"timeline"} <= set(ids)


REFERENCES = """
import sys
from PySide6.QtCore import QObject, Signal

class Bell(QObject):
    rang = Signal(bool, object)

bell = Bell()
heard = []
bell.rang.connect(lambda flag, thing: heard.append(flag))
bell.rang.emit(True, None)
before = sys.getrefcount(True), sys.getrefcount(None)
for _ in range(1000):
    bell.rang.emit(True, None)
    heard.clear()
after = sys.getrefcount(True), sys.getrefcount(None)
print(max(abs(new - old) for new, old in zip(after, before)))
"""


def test_that_the_bindings_count_true_and_none_rightly():
    told = subprocess.run([sys.executable, "-c", REFERENCES], check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert int(told.stdout) < 100, "a signal takes references of True or None; a window would die of it"
