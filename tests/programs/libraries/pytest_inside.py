"""Pytest run by the program itself, on tests beside it."""
import re
import sys
import threading
from pathlib import Path

import pytest

Path("test_some.py").write_text(
    "import threading, pytest\n"
    "def add(a, b):\n    return a + b\n"
    "def test_good(tmp_path):\n    (tmp_path / 'x').write_text('y')\n    assert add(1, 2) == 3\n"
    "def test_bad():\n    assert add(1, 2) == 4\n"
    "def test_error():\n    open('is/not/there')\n"
    "@pytest.mark.parametrize('n', [1, 2])\n"
    "def test_threads(n, capsys, monkeypatch):\n"
    "    thread = threading.Thread(target=print, args=('in a thread', n))\n"
    "    thread.start()\n    thread.join()\n"
    "    assert capsys.readouterr().out == f'in a thread {n}\\n'\n"
)


class Keep:
    def pytest_runtest_logreport(self, report):
        if report.when == "call":
            kept.append((report.nodeid, report.outcome))


kept = []
status = pytest.main(["-q", "-p", "no:cacheprovider", "--tb=short", "--color=no", "test_some.py"], plugins=[Keep()])
print(kept, int(status), threading.active_count())
sys.exit(int(status))
