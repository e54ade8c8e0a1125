"""Programs that break what the stage is made of: each ends as outside, with an outcome, and is told why it died."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame import Ended
from engine.session.session import Session
from engine.words.troubles import title
from tests.engine.outside import outside

Open = Callable[..., Session]
FINISHED, DIED = Ended.FINISHED, Ended.DIED
TRACED = """\
import sys, threading
seen, lock = [], threading.Lock()
def look(frame, event, arg): seen.append(frame.f_code.co_name); return None
def own(): return 1
sys.settrace(look)
with lock: own()
print("x")
given = sys.gettrace()
sys.settrace(None)
print(seen, given is look, sys.gettrace())
"""
NO_CLASS = """\
class Odd(BaseException):
    @property
    def __class__(self): raise MemoryError
    args = __traceback__ = __cause__ = __context__ = property(lambda self: 1 / 0)
    def __str__(self): raise KeyboardInterrupt
    def __getattribute__(self, name): raise SystemExit(7)
import threading
def fail(): raise Odd
thread = threading.Thread(target=fail)
thread.start(); thread.join()
print("alive")
raise Odd
"""
PROGRAMS = {  # what it breaks -> program, how it ends
    "json": (
        "import json\njson.dumps = json.JSONEncoder.encode = json.JSONEncoder.iterencode = None\n"
        "json._default_encoder = None\n"
        "json.encoder.c_make_encoder = json.encoder.encode_basestring = json.loads = None\n"
        "import threading\nwith threading.Lock(): print('in')",
        FINISHED,
    ),
    "traceback": (
        "import traceback\nfor name in traceback.__all__: setattr(traceback, name, None)\nraise ValueError('so')",
        DIED,
    ),
    "modules": (
        "import sys, threading\nsys.modules.clear()\nwith threading.Lock(): print('in')\n"
        "thread = threading.Thread(target=print, args=('there',))\nthread.start(); thread.join()",
        FINISHED,
    ),
    "importing": ("import sys\nsys.meta_path.clear(); sys.path.clear()\nprint('x')", FINISHED),
    "threading": (
        "import sys, threading\nreal = sys.modules['threading']\nreal.current_thread = real._shutdown = None\n"
        "print('x')",
        FINISHED,
    ),
    "tracing": ("import sys, threading\ndef bad(*_): raise RuntimeError\nprint('x')\nsys.settrace(bad)", FINISHED),
    "streams": (
        "import sys\nclass Out:\n  def write(self, _): raise SystemExit(5)\n  def flush(self): pass\n"
        "sys.stderr = Out()\n1 / 0",
        DIED,
    ),
    "texts": (
        "class Odd(str):\n  def isascii(self): 1 / 0\n  encode = __len__ = isascii\n"
        "class Shown:\n  def __str__(self): return Odd('text')\nprint(Shown())",
        FINISHED,
    ),
    "status": (
        "class Odd(int):\n  def __and__(self, _): 1 / 0\n  __int__ = __and__\nraise SystemExit(Odd(3))",
        FINISHED,
    ),
    "large status": ("raise SystemExit(10 ** 30)", FINISHED),
    "hook": ("import sys\ndef hook(*_): raise SystemExit(4)\nsys.excepthook = hook\n1 / 0", DIED),
    "class": (NO_CLASS, DIED),
    "traced": (TRACED, FINISHED),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_that_it_ends_as_outside_and_its_outcome_comes(open_program: Open, tmp_path: Path, name: str):
    text, ended = PROGRAMS[name]
    program = tmp_path / "program.py"
    program.write_text(text + "\n")
    alone = outside(program)
    session = open_program(program)
    session.run()
    frame = session.wait(60)
    assert frame.run.ended is ended
    assert "".join(f"{one.text}\n" for one in frame.recording.output if not one.error) == alone.out
    assert frame.run.exit == alone.status
    assert (frame.run.trouble is None) is (ended is FINISHED)
    if frame.run.trouble is not None:
        assert "process" not in title(frame.run.trouble), "it is known of what it died"
        assert frame.run.trouble.line == text.count("\n") + (not text.endswith("\n"))


def test_that_a_long_message_is_cut_and_the_thread_told(open_program: Open, tmp_path: Path):
    (tmp_path / "program.py").write_text("raise ValueError('z' * 10 ** 7)\n")
    session = open_program(tmp_path / "program.py")
    session.run()
    frame = session.wait(60)
    assert frame.run.trouble is not None
    assert len(title(frame.run.trouble)) < 10_000
    assert len(frame.run.trouble.detail) < 300_000
    assert sys.getsizeof(frame.recording.output[-1].text) < 300_000


FULL = """\
import resource
kept, limit = [], 400 << 20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
def fill(size):
    while True: kept.append(bytearray(size))
for size in (1 << 20, 1 << 12, 64):
    try: fill(size)
    except MemoryError: pass
fill(1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="where a process may be given less memory than there is")
def test_that_a_program_that_took_all_memory_is_told_as_that(open_program: Open, tmp_path: Path):
    (tmp_path / "program.py").write_text(FULL)
    session = open_program(tmp_path / "program.py")
    session.run()
    frame = session.wait(60)
    assert (frame.run.ended, frame.run.exit) == (DIED, 1)
    assert frame.run.trouble is not None
    assert title(frame.run.trouble) == "MemoryError"
