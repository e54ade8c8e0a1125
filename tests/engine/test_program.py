"""What a program finds around it on the stage is what it finds outside: names, modules, ends, signals, processes."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.session.session import Session
from engine.words.troubles import told
from tests.engine.outside import Ending, inside, outside
from tests.engine.test_foreign_programs import pythons

Compare = Callable[..., Ending]
posix = pytest.mark.skipif(os.name != "posix", reason="signals and forks of POSIX")


@pytest.fixture
def alike(open_program: Callable[..., Session], tmp_path: Path) -> Compare:
    """Runs a program of some files on the stage and outside; returns how it ended, which must be the same in both."""

    def compare(text: str | bytes, same_errors: bool = True, **files: str) -> Ending:
        for name, content in files.items():
            path = tmp_path / f"{name.replace('__init__', '@').replace('_', '/').replace('@', '__init__')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
        main = tmp_path / "main_program.py"
        main.write_bytes(text if isinstance(text, bytes) else text.encode())
        there, here = outside(main), inside(open_program, main)
        assert (here.status, here.out) == (there.status, there.out), here.err
        if same_errors:
            assert here.err == there.err
        return here

    return compare


def test_that_it_finds_itself_as_the_main_module(alike: Compare) -> None:
    ending = alike(
        "import sys, os, __main__\n"
        "print(__name__, os.path.basename(__file__), sys.argv == [__file__], sorted(globals()))\n"
        "print(__main__.__dict__ is globals(), sys.path[0] == os.path.dirname(__file__))\n"
        "print(type(__loader__).__name__, __spec__, __package__, type(__builtins__).__name__)\n"
        "import builtins\nprint(builtins.print is print, builtins.open is open, builtins is __builtins__)\n"
        'if __name__ == "__main__":\n    print("main")\n'
        "exec('print(len([1]))')\n",
        same_errors=False,
    )
    assert "main\n1\n" in ending.out


def test_that_classes_can_be_pickled_inspected_and_resolved(alike: Compare) -> None:
    alike(
        "import dataclasses, inspect, pickle, typing\n"
        "@dataclasses.dataclass\nclass P:\n    x: int\n    other: 'typing.Optional[P]' = None\n"
        "def f(a: int, b: 'P' = None) -> None:\n    'doc'\n"
        "print(pickle.loads(pickle.dumps(P(1, P(2)))), pickle.loads(pickle.dumps(f)) is f)\n"
        "print(typing.get_type_hints(P), typing.get_type_hints(f), inspect.signature(f))\n"
        "print(inspect.getsource(P), inspect.getsource(f), P.__module__)\n"
    )


def test_that_modules_and_packages_beside_it_are_its_own(alike: Compare) -> None:
    alike(
        "import pkg, helper, importlib\nfrom pkg.sub import deep\nfrom pkg import near as n\n"
        "import pkg.sub.deep as again\n"
        "from pkg.sub.deep import *\n"
        "print(pkg.NAME, n.who(), deep.who(), again is deep, who())\n"
        "print(importlib.import_module('pkg.near') is n, importlib.reload(helper).work())\n"
        "for name in ('nothere', 'pkg.nothere'):\n"
        "    try:\n        importlib.import_module(name)\n"
        "    except ImportError as error:\n        print(type(error).__name__, error, error.name)\n",
        pkg___init__="import threading\nfrom . import near\nNAME = __name__ + near.who()\n",
        pkg_near="def who():\n    return __name__\n",
        pkg_sub___init__="",
        pkg_sub_deep="from ..near import who as w\nfrom .. import NAME\n__all__ = ['who']\n"
        "def who():\n    return w() + __name__ + NAME\n",
        helper="import threading\nlock = threading.Lock()\ndef work():\n    with lock:\n        return 'worked'\n",
    )


@pytest.mark.parametrize("name", ["statistics", "queue", "random", "engine"])
def test_that_a_module_beside_it_hides_one_of_the_same_name(alike: Compare, name: str) -> None:
    ending = alike(f"import {name}\nprint({name}.MINE)\n", **{name: "MINE = 'my own'\n"})
    assert ending.out == "my own\n"


def test_that_an_exception_in_an_import_shows_the_program_s_lines_only(alike: Compare) -> None:
    ending = alike("import broken\n", broken="def f():\n    raise KeyError('in import')\nf()\n")
    assert "importlib" not in ending.err
    alike("import broken\n", broken="def f(:\n")


def test_that_tracebacks_hold_none_of_our_frames(alike: Compare) -> None:
    ending = alike(
        "import threading\nlock = threading.Lock()\n"
        "def work():\n    try:\n        lock.release()\n    except RuntimeError as error:\n"
        "        raise ValueError('so') from error\n"
        "thread = threading.Thread(target=work, name='Worker')\nthread.start()\nthread.join()\n"
        "try:\n    open('/nonexistent/file')\nexcept OSError:\n    1 / 0\n"
    )
    assert ending.err.count("Exception in thread Worker:") == 1
    assert "_bootstrap_inner" in ending.err
    assert f"{os.sep}stage{os.sep}" not in ending.err


def test_that_a_program_that_prints_a_traceback_sees_its_own_lines(alike: Compare) -> None:
    ending = alike(
        "import sys, traceback\n"
        "try:\n    open('/nonexistent/file')\nexcept OSError as error:\n    traceback.print_exc()\n"
        "    print(traceback.format_exc())\n    traceback.print_exception(*sys.exc_info(), limit=3)\n"
        "    print(''.join(traceback.format_exception(OSError, error, error.__traceback__)))\n"
    )
    assert ending.err.count("FileNotFoundError") == 2


@pytest.mark.parametrize("executable", pythons(), ids=lambda path: Path(path).parent.parent.name)
def test_that_tracebacks_are_those_of_this_python(
    open_program: Callable[..., Session], tmp_path: Path, executable: str
) -> None:
    program = tmp_path / "main_program.py"
    program.write_text(
        "import sys, threading, traceback\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "def work(number):\n    return 1 / number\n"
        "thread = threading.Thread(target=work, args=(0,), name='Worker')\nthread.start()\nthread.join()\n"
        "with ThreadPoolExecutor(1) as pool:\n    future = pool.submit(work, 0)\n"
        "try:\n    future.result()\nexcept ZeroDivisionError:\n"
        "    print(traceback.format_exc(2), traceback.format_exc(chain=False))\n"
        "    traceback.print_exc(file=sys.stdout)\n"
        "print(traceback.format_exc())\n"
        "future.result()\n"
    )
    there, here = outside(program, executable), inside(open_program, program, executable)
    assert here == there
    assert there.err.count("in work") == 2


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exception groups came with 3.11")
def test_that_an_exception_group_is_shown_with_its_parts(alike: Compare) -> None:
    ending = alike(
        "import threading\nlock = threading.Lock()\nerrors = []\n"
        "for _ in range(2):\n    try:\n        lock.release()\n    except RuntimeError as error:\n"
        "        errors.append(error)\n"
        "raise ExceptionGroup('many', errors)\n"
    )
    assert "ExceptionGroup: many (2 sub-exceptions)" in ending.err
    assert f"{os.sep}stage{os.sep}" not in ending.err


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("import sys\nsys.exit('a text')\n", 1),
        ("import sys\nsys.exit(3)\n", 3),
        ("import sys\nsys.exit()\n", 0),
        ("raise SystemExit(None)\n", 0),
        ("raise KeyboardInterrupt\n", 130),
        ("import sys\nsys.excepthook = lambda *what: print('hook', what[0].__name__)\nraise ValueError(1)\n", 1),
        ("import atexit\natexit.register(print, 'bye')\nprint('main')\n1 / 0\n", 1),
        ("import atexit, sys\natexit.register(lambda: print('bye'))\natexit.register(lambda: 1 / 0)\n", 0),
        ("import warnings\nwarnings.warn('careful')\nwarnings.warn('old', DeprecationWarning)\n", 0),
    ],
)  # fmt: skip
def test_that_it_ends_with_the_same_status_and_words(alike: Compare, text: str, status: int) -> None:
    assert alike(text, same_errors="lambda: 1 / 0" not in text).status == status


def test_that_threads_outlive_the_main_thread_and_daemons_do_not(alike: Compare) -> None:
    ending = alike(
        "import atexit, threading, time\natexit.register(print, 'atexit')\n"
        "main_over = threading.Event()\n"
        "def late():\n    main_over.wait()\n    threading.main_thread().join()\n    print('late')\n"
        "def endless():\n    while True:\n        time.sleep(0.001)\n"
        "threading.Thread(target=late).start()\nthreading.Thread(target=endless, daemon=True).start()\n"
        "print('main')\nmain_over.set()\n"
    )
    assert ending.out == "main\nlate\natexit\n"


def test_that_source_in_another_encoding_is_read_by_its_own_line(alike: Compare) -> None:
    ending = alike(
        '# -*- coding: latin-1 -*-\nname = "J\xe9r\xf4me"\nprint(name, len(name))\n1 / 0  # \xe9\n'.encode("latin-1")
    )
    assert ending.out == "J\xe9r\xf4me 6\n"


def test_that_redirected_streams_get_what_they_would_outside(alike: Compare) -> None:
    ending = alike(
        "import contextlib, io, sys, threading\nout, err = io.StringIO(), io.StringIO()\n"
        "with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):\n"
        "    print('inside')\n    sys.stdout.write('written')\n"
        "    thread = threading.Thread(target=lambda: 1 / 0, name='Redirected')\n    thread.start()\n"
        "    thread.join()\n"
        "print(repr(out.getvalue()), err.getvalue().count('Exception in thread Redirected'))\n"
    )
    assert ending == Ending(0, "'inside\\nwritten' 1\n", "")


def test_that_libraries_with_threads_inside_work(alike: Compare) -> None:
    alike(
        "import asyncio, concurrent.futures, logging, os, subprocess, sys, tempfile, threading\n"
        "logging.basicConfig(stream=sys.stdout, format='%(threadName)s %(message)s')\n"
        "logging.warning('logged')\nlogging.getLogger('x').error('no %s', 5)\n"
        "print(subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True, text=True).stdout)\n"
        "with tempfile.TemporaryDirectory() as folder:\n    path = os.path.join(folder, 'f')\n"
        "    with open(path, 'w') as file:\n        file.write('hi')\n"
        "    print(open(path).read(), os.path.exists(path))\n"
        "print(os.path.exists(path))\n"
        "async def main():\n    await asyncio.sleep(0.01)\n"
        "    return await asyncio.get_running_loop().run_in_executor(None, threading.current_thread().is_alive)\n"
        "print(asyncio.run(main()))\n"
        "with concurrent.futures.ThreadPoolExecutor(3) as pool:\n    print(list(pool.map(str, range(9))))\n",
        same_errors=False,
    )


@posix
def test_that_signals_interrupt_what_they_interrupt_outside(alike: Compare) -> None:
    ending = alike(
        "import queue, signal, threading, time\nclass Late(Exception):\n    pass\n"
        "def ring(number, frame):\n    raise Late(threading.current_thread().name)\n"
        "signal.signal(signal.SIGALRM, ring)\nlock = threading.Lock()\nlock.acquire()\n"
        "for wait in (threading.Event().wait, lock.acquire, queue.Queue().get, lambda: time.sleep(60), "
        "threading.Semaphore(0).acquire):\n"
        "    signal.setitimer(signal.ITIMER_REAL, 0.03)\n"
        "    try:\n        wait()\n    except Late as error:\n        print('late', error)\n"
    )
    assert ending.out == "late MainThread\n" * 5


@posix
def test_that_a_forked_child_is_unharmed_and_reports_nothing_twice(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "forks.py"
    path.write_text(
        "import os, threading, time\nlock = threading.Lock()\n"
        "def spin():\n    while not over:\n        with lock:\n            pass\n"
        "over = False\nthread = threading.Thread(target=spin)\nthread.start()\n"
        "for n in range(10):\n    print('before', n)\n    pid = os.fork()\n    if pid == 0:\n"
        "        print('child', n)\n        time.sleep(0.001)\n        own = threading.Lock()\n"
        "        with own:\n            os._exit(n)\n"
        "    print('child ended with', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
        "over = True\nthread.join()\nprint('end')\n"
    )
    ending = inside(open_program, path)
    lines = [
        line for line in ending.out.splitlines() if not line.startswith("child ") or line.startswith("child ended")
    ]
    expected = [line for n in range(10) for line in (f"before {n}", f"child ended with {n}")]
    assert lines == [*expected, "end"]
    assert re.findall(r"child (\d)\n", ending.out) == [str(n) for n in range(10)]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_that_multiprocessing_works(alike: Compare, method: str) -> None:
    import multiprocessing

    if method not in multiprocessing.get_all_start_methods():
        assert os.name != "posix"  # Windows has no fork
        return
    alike(
        "import multiprocessing, threading\nfrom concurrent.futures import ProcessPoolExecutor\n"
        "def work(queue, n):\n    with threading.Lock():\n        queue.put(n * n)\n"
        "def more(n):\n    return n + 1\n"
        "if __name__ == '__main__':\n"
        f"    here = multiprocessing.get_context({method!r})\n    queue = here.Queue()\n"
        "    workers = [here.Process(target=work, args=(queue, n)) for n in range(3)]\n"
        "    for worker in workers:\n        worker.start()\n"
        "    found = sorted(queue.get() for _ in workers)\n"
        "    for worker in workers:\n        worker.join()\n"
        "    print(found, [worker.exitcode for worker in workers])\n"
        "    with ProcessPoolExecutor(2, mp_context=here) as pool:\n        print(list(pool.map(more, range(3))))\n",
        same_errors=False,
    )


def test_that_evil_texts_and_names_harm_nothing(open_program: Callable[..., Session], tmp_path: Path) -> None:
    path = tmp_path / "evil.py"
    path.write_text(
        "import sys, threading\nprint('nul \\0')\nprint('half \\udcff', file=sys.stderr)\nprint('x' * 10_000_000)\n"
        "class Name:\n    def __str__(self):\n        return 'half \\ud800'\n"
        "for name in (Name(), 5, 'n' * 10 ** 6):\n"
        "    thread = threading.Thread(target=print, args=('named',), name=name)\n    thread.start()\n"
        "    thread.join()\n"
        "raise ValueError('half \\ud800')\n"
    )
    session = open_program(path)
    session.run()
    frame = session.wait(30)
    assert [lane.name for lane in frame.recording.lanes][1:3] == ["half ?", "5"]
    assert len(frame.recording.lanes[3].name) == 120
    texts = [line.text for line in frame.recording.output]
    assert texts[:2] == ["nul \0", "half \\udcff"]
    assert texts[2] == "x" * 200_000
    assert frame.recording.output[3].left_out == 9_800_000
    assert texts.count("named") == 3
    assert frame.run.trouble is not None
    assert told(frame.run.trouble)[0] == "ValueError: half ?"


def test_that_a_library_below_the_folder_of_the_program_is_no_part_of_it(alike: Compare, tmp_path: Path) -> None:
    library = tmp_path / "site" / "library"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text("from library import inner\n", "utf-8")
    (library / "inner.py").write_text("import threading\nmaker = threading.Lock\n", "utf-8")
    ending = alike(
        "import os, sys, threading, _thread\nsys.path.append(os.path.join(os.path.dirname(__file__), 'site'))\n"
        "import library\nprint(type(library.inner.maker()) is type(_thread.allocate_lock()))\n"
    )
    assert ending.out == "True\n"


def test_that_a_file_named_as_the_engine_hides_it_from_nobody_but_the_program(alike: Compare) -> None:
    ending = alike(
        "import engine\nimport asyncio\nfrom urllib.request import urlopen\nimport engine as again, socket\n"
        "async def main():\n    await asyncio.sleep(0)\n    return engine.MINE\n"
        "print(asyncio.run(main()), again is engine, socket.socket.__name__)\n",
        engine="MINE = 'my own'\n",
    )
    assert ending.out == "my own True socket\n"


def test_that_an_installed_package_named_as_the_engine_is_found_as_outside(
    alike: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "site" / "engine"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text("from engine import stage\nMINE = 'installed'\n", "utf-8")
    (library / "stage.py").write_text("HERE = 'inside'\n", "utf-8")
    (library.parent / "uses_it.py").write_text("import engine\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(library.parent))
    ending = alike(
        "import uses_it\nimport engine.stage\nimport asyncio, socket\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "async def main():\n    await asyncio.sleep(0)\n    return uses_it.engine.MINE, engine.stage.HERE\n"
        "with ThreadPoolExecutor(1) as pool:\n    print(asyncio.run(main()), pool.submit(max, 1, 2).result())\n"
        "import engine as again\nprint(again is uses_it.engine, socket.socket.__name__)\n",
    )
    assert ending.out == "('installed', 'inside') 2\nTrue socket\n"


def test_that_the_engine_itself_is_no_module_of_the_program(alike: Compare) -> None:
    ending = alike(
        "import threading\ntry:\n    import engine.stage\nexcept ImportError as error:\n    print(error)\n"
        "import asyncio, multiprocessing\nthread = threading.Thread(target=print, args=('alive',))\n"
        "thread.start()\nthread.join()\n"
        "try:\n    from engine import protocol\nexcept ImportError as error:\n    print(error)\n"
    )
    assert ending.out == "No module named 'engine'\nalive\nNo module named 'engine'\n"


def test_that_a_python_with_a_safe_path_runs_it(alike: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSAFEPATH", "1")  # from 3.11 on: no folder of the script in sys.path
    assert alike("import json, threading\nprint(json.dumps(1))\n").out == "1\n"
