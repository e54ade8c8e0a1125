"""Known exceptions in plain words: each real one is explained, on every Python; what nobody sees is not."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.explanations import collection
from engine.explanations.raised import Raised, chains, raised_in
from engine.frame import Finding, FindingKind, Frame
from engine.frame.finding import BrokenExplanation, Came, Explained, ThreadDied
from engine.session.session import Session
from engine.words.findings import cure, explained, sentence
from tests.engine.known_errors import HEAD, KNOWN, VARIANTS
from tests.pythons import every_python, pythons

Open = Callable[..., Session]
TIMEOUT = 60  # seconds; reaching it is a failure
MAIN = "\nif __name__ == '__main__':\n"
ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = collection.load([collection.RESOURCES / collection.NAME])
BY_ID = {one.id: one for one in SHIPPED.explanations}
PROGRAMS = [(id_, text) for id_, text in KNOWN.items()] + [(id_, one) for id_, more in VARIANTS.items() for one in more]
ALONE = {  # shown by programs of their own, below
    "pool-after-the-end",
    "thread-after-the-end",
    "child-cannot-find",
    "no-main-guard",
    "task-destroyed",
    "task-not-awaited",
    "callback-failed",
    "coroutine-in-thread",
    "interrupt-in-thread",
    "never-awaited",
    "run-with-arguments",
    "task-group-failed",
    "manager-gone",  # tests/engine/test_tasks_left.py
}
WORDS, CURE = 250, 250  # characters that fit into the banner of a small window
TOLD = """
def told(number, text):
    name = f"module{number}"
    space = vars(sys.modules.setdefault(name, type(sys)(name)))
    with open(f"{name}.py", "w") as file:
        file.write(HEAD + text)
    exec(compile(HEAD + text, f"{name}.py", "exec"), space)
    try:
        space["go"]()
    except BaseException:
        return traceback.format_exc()
    return ""
"""


@pytest.fixture
def run(open_program: Open, tmp_path: Path) -> Callable[..., Frame]:
    """Runs a program that is given as text to its end."""

    def run_(text: str, executable: str = sys.executable, timeout: float = TIMEOUT) -> Frame:
        path = tmp_path / "given.py"
        path.write_text(HEAD + text, "utf-8")
        with closing(open_program(path, executable=executable)) as session:
            session.run()
            return session.wait(timeout)

    return run_


def all_explained(frame: Frame) -> list[Explained]:
    return [one for one in frame.result.findings if isinstance(one, Explained)]


def said(findings: tuple[Finding, ...]) -> list[str]:
    return [sentence(one) for one in findings]


def test_that_every_shipped_explanation_can_be_used_and_is_shown_by_a_program() -> None:
    assert SHIPPED.mistakes == ()
    assert set(BY_ID) == set(KNOWN) | ALONE


@pytest.mark.parametrize("id_", BY_ID)
def test_that_an_explanation_is_short_enough_to_be_read(id_: str) -> None:
    one = BY_ID[id_]
    assert len(one.words) <= WORDS, len(one.words)
    assert len(one.cure) <= CURE, len(one.cure)
    assert one.words.endswith(".")
    assert one.cure.endswith(".")


@pytest.mark.parametrize("executable", every_python())
def test_that_each_exception_is_known_on_every_python_and_by_one_explanation_alone(
    executable: str, tmp_path: Path
) -> None:
    texts = [text for _, text in PROGRAMS]
    (tmp_path / "all.py").write_text(
        f"{HEAD}HEAD = {HEAD!r}\nTEXTS = {texts!r}\n{TOLD}{MAIN}"
        "    import json\n    print('\\n' + json.dumps([told(*one) for one in enumerate(TEXTS)]))\n",
        "utf-8",
    )
    told = subprocess.run(
        [executable, "-W", "ignore", "all.py"], cwd=tmp_path, capture_output=True, text=True, timeout=100, check=True
    )
    for (id_, text), traceback in zip(PROGRAMS, json.loads(told.stdout.splitlines()[-1]), strict=True):
        errors = raised_in(traceback)
        fitting = [one.id for error in reversed(errors) for one in SHIPPED.explanations if one.fits(error) is not None]
        assert fitting[:1] == [id_], (text, traceback)
        assert set(fitting) == {id_}, (text, fitting)


@pytest.mark.parametrize("id_", KNOWN)
def test_that_it_is_said_when_it_ends_the_program(run: Callable[..., Frame], id_: str) -> None:
    frame = run(f"{KNOWN[id_]}{MAIN}    go()\n")
    found = [one for one in all_explained(frame) if one.explanation == id_]
    assert len(found) == 1, said(frame.result.findings)
    assert len(all_explained(frame)) == 1
    assert found[0].came in (Came.ENDED, Came.BEHIND)
    assert found[0].line > 0
    assert 1 in found[0].threads
    words, cure = explained(found[0])
    assert "{" not in words + cure.replace("__name__", "")
    kinds = [one.kind for one in frame.result.findings]
    assert kinds.index(FindingKind.EXPLAINED) == 1 + max(
        at for at, kind in enumerate(kinds) if kind in {FindingKind.EXCEPTION, FindingKind.NOT_STARTED}
    ), "it stands below what it explains"


def test_that_nothing_is_said_of_what_is_caught_and_never_printed(run: Callable[..., Frame]) -> None:
    quiet = [KNOWN[id_] for id_ in KNOWN]
    ask = "print(sum(told(*one) != '' for one in enumerate(TEXTS)))"
    frame = run(f"HEAD = {HEAD!r}\nTEXTS = {quiet!r}\n{TOLD}{MAIN}    {ask}\n")
    assert frame.recording.output[-1].text == str(len(quiet))
    assert all_explained(frame) == []


@pytest.mark.parametrize("kind", ["KeyError", "OSError", "mine.RuntimeError", "mine.Empty"])
def test_that_an_exception_of_another_type_with_the_same_words_is_not_meant(kind: str) -> None:
    words = ["dictionary changed size during iteration", "no running event loop", "can't start new thread", "x", ""]
    for one in SHIPPED.explanations:
        assert [text for text in words if one.types and one.fits(Raised(kind, text)) is not None] == [], one.id


@pytest.mark.parametrize(
    "id_", [id_ for id_, one in BY_ID.items() if one.when and "thread" in one.when[0].value and id_ in KNOWN]
)
def test_that_one_thread_alone_is_not_told_about_threads(run: Callable[..., Frame], id_: str) -> None:
    alone = KNOWN[id_].replace("beside(", "calls(").replace("def calls(function)", "def beside(function)")
    if id_ == "generator-shared":
        alone = "def numbers():\n    next(one)\n    yield 1\none = numbers()\ndef go():\n    next(one)\n"
    frame = run(f"def calls(function): function()\n{alone}{MAIN}    go()\n")
    assert any(isinstance(one, ThreadDied) for one in frame.result.findings)
    assert all_explained(frame) == []


IN_POOL = """\
db = sqlite3.connect(":memory:")
def read(number):
    return db.execute("select 1")
"""


def test_that_threads_are_called_by_their_names(run: Callable[..., Frame]) -> None:
    frame = run(
        'db = sqlite3.connect(":memory:")\n'
        'def go():\n    db.execute("select 1")\n'
        'threads = [threading.Thread(target=go, name=f"writer {n}") for n in (1, 2)]\n'
        "for one in threads:\n    one.start()\n    one.join()\n"
    )
    (one,) = all_explained(frame)
    assert "in MainThread was used in writer 1, writer 2." in sentence(one)
    assert len(one.threads) == 2
    died = [sentence(one) for one in frame.result.findings if one.kind is FindingKind.EXCEPTION]
    assert died[0].startswith("2 threads died in line 5, writer 1 and writer 2: ProgrammingError: ")
    assert died[0].endswith("created in thread id MainThread and this is thread id writer 1.")


def test_that_an_identity_that_several_threads_had_is_nobodys(run: Callable[..., Frame]) -> None:
    frame = run("""\
made = {}
def opens():
    made.setdefault(threading.get_ident(), []).append(sqlite3.connect(":memory:", check_same_thread=True))
while not any(len(one) > 1 for one in made.values()):
    one = threading.Thread(target=opens)
    one.start()
    one.join()
next(one for one in made.values() if len(one) > 1)[0].execute("select 1")
""")
    (one,) = all_explained(frame)
    assert "sqlite3 in another thread was used in MainThread" in sentence(one)


def test_that_a_task_of_a_pool_that_nobody_asks_for_is_explained(run: Callable[..., Frame]) -> None:
    frame = run(f"{IN_POOL}with concurrent.futures.ThreadPoolExecutor(1) as pool:\n    pool.submit(read, 1)\n")
    (one,) = all_explained(frame)
    assert (one.explanation, one.came) == ("sqlite-other-thread", Came.ENDED)
    assert dict(one.values)["made"] == "MainThread"


def test_that_a_task_that_somebody_asks_for_and_catches_is_not(run: Callable[..., Frame]) -> None:
    frame = run(
        f"{IN_POOL}with concurrent.futures.ThreadPoolExecutor(1) as pool:\n"
        "    try:\n        pool.submit(read, 1).result()\n    except sqlite3.ProgrammingError:\n        pass\n"
    )
    assert all_explained(frame) == []


def test_that_the_thread_that_is_named_is_the_one_that_used_it_not_the_one_that_prints(
    run: Callable[..., Frame],
) -> None:
    frame = run(
        f"{IN_POOL}with concurrent.futures.ThreadPoolExecutor(1, 'reader') as pool:\n"
        "    try:\n        pool.submit(read, 1).result()\n"
        "    except sqlite3.ProgrammingError as error:\n        print(error)\n"
    )
    (one,) = all_explained(frame)
    assert "in MainThread was used in reader_0." in sentence(one)


PRINTS = [
    "print(error)",
    "print('failed:', repr(error), file=sys.stderr)",
    "traceback.print_exc()",
    "print(traceback.format_exc())",
    "import logging; logging.exception('it failed')",
]


@pytest.mark.parametrize("prints", PRINTS)
def test_that_what_the_program_prints_while_it_handles_it_is_explained(run: Callable[..., Frame], prints: str) -> None:
    frame = run(f"lock = threading.Lock()\ntry:\n    lock.release()\nexcept RuntimeError as error:\n    {prints}\n")
    (one,) = all_explained(frame)
    assert (one.explanation, one.came, one.thread, one.line) == ("release-unlocked", Came.PRINTED, "MainThread", 5)
    assert sentence(one).startswith("MainThread printed RuntimeError: release unlocked lock. ")


def test_that_words_that_are_printed_without_such_an_exception_are_not(run: Callable[..., Frame]) -> None:
    frame = run(
        "print('RuntimeError: release unlocked lock')\n"
        "try:\n    {}['a']\nexcept KeyError:\n    print('dictionary changed size during iteration')\n"
    )
    assert all_explained(frame) == []


def test_that_no_line_of_the_program_is_run_to_look_at_an_exception(run: Callable[..., Frame]) -> None:
    frame = run("""\
class Odd(RuntimeError):
    def __str__(self):
        print("asked")
        return "release unlocked lock"
class Text:
    def __str__(self):
        print("asked")
        return "release unlocked lock"
for error in (Odd(), RuntimeError(Text())):
    try:
        raise error
    except RuntimeError:
        print("release unlocked lock")
""")
    assert [one.text for one in frame.recording.output] == ["release unlocked lock"] * 2
    assert all_explained(frame) == []


@pytest.mark.parametrize("executable", pythons())
def test_that_a_pool_that_the_end_of_the_program_shut_is_explained(run: Callable[..., Frame], executable: str) -> None:
    frame = run(
        """\
pool = concurrent.futures.ThreadPoolExecutor(1)
def poll():
    threading.main_thread().join()
    for _ in range(2000):
        pool.submit(int)
        time.sleep(0.005)
threading.Thread(target=poll, name="poller").start()
""",
        executable,
    )
    (one,) = all_explained(frame)
    assert (one.explanation, one.thread) == ("pool-after-the-end", "poller")
    assert "poller was still at work" in sentence(one)


def test_that_a_thread_that_comes_after_the_end_of_the_program_is_explained() -> None:
    (one,) = [one for one in SHIPPED.explanations if one.id == "thread-after-the-end"]
    for text in ("can't create new thread at interpreter shutdown", "can't start new thread at interpreter shutdown"):
        assert one.fits(Raised("RuntimeError", text)) == {}
        assert [other.id for other in SHIPPED.explanations if other.fits(Raised("RuntimeError", text)) is not None] == [
            one.id
        ]


@pytest.mark.parametrize("executable", pythons())
def test_that_a_program_without_its_main_guard_is_explained(run: Callable[..., Frame], executable: str) -> None:
    frame = run(
        'def work(): pass\none = multiprocessing.get_context("spawn").Process(target=work, name="child")\n'
        "one.start()\none.join()\n",
        executable,
    )
    (one,) = all_explained(frame)
    assert one.explanation == "no-main-guard", said(frame.result.findings)
    assert one.thread == "child"


def test_that_a_child_that_does_not_find_its_function_is_explained(run: Callable[..., Frame]) -> None:
    frame = run(f"""{MAIN}    def work(): pass
    one = multiprocessing.get_context("spawn").Process(target=work, name="child")
    one.start()
    one.join()
""")
    (one,) = all_explained(frame)
    assert (one.explanation, dict(one.values)["name"]) == ("child-cannot-find", "work")


def test_that_what_asyncio_writes_of_tasks_and_coroutines_is_explained(run: Callable[..., Frame]) -> None:
    frame = run("""\
import gc
async def waits(): await asyncio.get_running_loop().create_future()
async def never(): pass
loop = asyncio.new_event_loop()
task = loop.create_task(waits())
loop.run_until_complete(asyncio.sleep(0))
loop.close()
task = None
gc.collect()
never()
gc.collect()
""")
    assert {one.explanation for one in all_explained(frame)} == {"task-destroyed", "never-awaited"}
    assert all(one.came is Came.WRITTEN for one in all_explained(frame))
    (never,) = (one for one in all_explained(frame) if one.explanation == "never-awaited")
    assert frame.program.text.splitlines()[never.line - 1] == "never()", "the warning says its line"
    assert sentence(never).startswith("RuntimeWarning: coroutine 'never' was never awaited: The coroutine never()")


def test_that_what_ends_a_thread_alone_is_explained(run: Callable[..., Frame]) -> None:
    frame = run("""\
async def fetch(): pass
def stop(): raise KeyboardInterrupt
class Job(threading.Thread):
    def run(self, number): pass
for one in (threading.Thread(target=fetch), threading.Thread(target=stop, name="stopper"), Job()):
    one.start()
    one.join()
""")
    found = {one.explanation: explained(one) for one in all_explained(frame)}
    assert set(found) == {"coroutine-in-thread", "interrupt-in-thread", "run-with-arguments"}
    assert "asyncio.run(fetch(...))" in found["coroutine-in-thread"][1]
    assert "stopper" in found["interrupt-in-thread"][0]
    assert all_explained(run("raise KeyboardInterrupt\n")) == [], "of the main thread it is what Ctrl+C does"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="groups of tasks came with 3.11")
def test_that_a_group_of_tasks_that_failed_is_explained(run: Callable[..., Frame]) -> None:
    frame = run("""\
async def bad(): raise ValueError("no")
async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(bad())
asyncio.run(main())
""")
    assert "task-group-failed" in {one.explanation for one in all_explained(frame)}


LOOP = """\
async def bad():
    asyncio.Lock().release()
async def main():
    task = asyncio.create_task(bad())
    {waits}
    del task
asyncio.run(main())
"""


def test_that_what_a_callback_of_a_future_raises_is_explained_though_it_is_only_logged(
    run: Callable[..., Frame],
) -> None:
    (one,) = all_explained(
        run("""\
with concurrent.futures.ThreadPoolExecutor(1) as pool:
    pool.submit(int).add_done_callback(lambda future: future.no)
""")
    )
    assert (one.explanation, one.came) == ("callback-failed", Came.WRITTEN)


def test_that_the_exception_of_a_task_that_nobody_awaits_is_explained_when_asyncio_complains(
    run: Callable[..., Frame],
) -> None:
    found = {one.explanation: one for one in all_explained(run(LOOP.format(waits="await asyncio.sleep(0.01)")))}
    assert set(found) == {"release-unlocked", "task-not-awaited"}
    one = found["release-unlocked"]
    assert (one.explanation, one.came, one.line) == ("release-unlocked", Came.WRITTEN, 4)
    assert sentence(one).startswith("RuntimeError: Lock is not acquired: A lock was released")


def test_that_the_exception_of_a_task_that_whoever_awaits_it_catches_is_not(run: Callable[..., Frame]) -> None:
    caught = "await asyncio.gather(task, return_exceptions=True)"
    assert all_explained(run(LOOP.format(waits=caught))) == []


def test_that_a_task_that_dies_far_down_tells_only_its_deepest_frames(run: Callable[..., Frame]) -> None:
    frame = run("""\
def down(n, lock=threading.Lock()):
    return lock.release() if not n else down(n - 1)
with concurrent.futures.ThreadPoolExecutor(1) as pool:
    pool.submit(down, 400)
""")
    (one,) = all_explained(frame)
    assert (one.explanation, one.line) == ("release-unlocked", 4)


def test_that_what_threads_die_of_alike_is_said_once(run: Callable[..., Frame]) -> None:
    frame = run(
        "lock = threading.Lock()\nthreads = [threading.Thread(target=lock.release, name=f'w{n}') for n in range(5)]\n"
        "for one in threads: one.start()\nfor one in threads: one.join()\n"
    )
    (one,) = all_explained(frame)
    assert len(one.threads) == 5
    assert dict(one.values)["thread"] == "w0, w1, w2, ..."


# files of one's own

GOOD = """\
type = "ValueError"
message = 'cannot store (?P<what>\\d+)$'
words = "The shop has no room for {what}, says {thread}."
cure = "Sell something."
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    (folder / collection.NAME).mkdir(parents=True)
    monkeypatch.setenv("THREAD_THEATRE_SCENARIOS", str(folder))
    return folder / collection.NAME


def test_that_a_file_of_ones_own_explains_and_goes_before_one_that_comes_along(
    own: Path, run: Callable[..., Frame]
) -> None:
    (own / "shop.toml").write_text(GOOD, "utf-8")
    (own / "mine.toml").write_text(
        GOOD.replace("ValueError", "RuntimeError").replace("cannot store (?P<what>\\d+)", "(?P<what>release).*"),
        "utf-8",
    )
    frame = run("raise ValueError('cannot store 7')\n")
    (one,) = all_explained(frame)
    assert sentence(one) == "The shop has no room for 7, says MainThread."
    assert cure(one) == "Sell something."
    (one,) = all_explained(run("threading.Lock().release()\n"))
    assert one.explanation == "mine"


BROKEN = [
    ("words", 'words = "no end', 3, "Illegal character"),
    ("words", "words = 3", 3, "words has to be a text, not 3"),
    ("words", 'words = "{nobody} knows"', 3, "words: no group of every pattern is called {nobody}"),
    ("words", 'words = "{thread"', 3, "words: expected '}' before end of string"),
    ("words", "", 0, "words is missing"),
    ("message", "message = '('", 2, "message is no regular expression: missing ), unterminated subpattern"),
    ("message", 'whatever = "x"', 2, "'whatever' is not known here"),
    ("cure", 'cure = "x"\nwhen = "midnight"', 5, "when is one of threads, main-thread, other-thread, process"),
    ("cure", 'cure = "x"\nthreads = "owner"', 5, "threads: no group of every pattern is called 'owner'"),
    ("type", "type = [1]", 1, "type has to be a text or a list of texts"),
    ("cure", 'cure = "x"\nlocks = 1', 5, "locks has to be true or false, not 1"),
    ("type", 'printed = "x"', 1, "printed is for lines that are no exception"),
]


@pytest.mark.parametrize(("field", "instead", "line", "reason"), BROKEN)
def test_that_a_mistake_is_named_with_its_file_and_line_and_the_others_work(
    own: Path, field: str, instead: str, line: int, reason: str
) -> None:
    lines = [instead if one.startswith(f"{field} =") else one for one in GOOD.splitlines()]
    (own / "bad.toml").write_text("\n".join(lines), "utf-8")
    found = collection.load()
    (mistake,) = found.mistakes
    assert (mistake.file, mistake.line) == ("bad.toml", line)
    assert reason in mistake.reason
    assert len(found.explanations) == len(BY_ID)


def test_that_a_mistake_is_said_with_the_run(own: Path, run: Callable[..., Frame]) -> None:
    (own / "bad.toml").write_text(GOOD.replace("cure", "care"), "utf-8")
    frame = run("threading.Lock().release()\n")
    assert [one.explanation for one in all_explained(frame)] == ["release-unlocked"]
    (one,) = [one for one in frame.result.findings if isinstance(one, BrokenExplanation)]
    assert sentence(one).startswith("The explanation bad.toml cannot be used. Line 4: 'care' is not known here")


def test_that_the_doctor_names_a_mistake_with_its_line(own: Path) -> None:
    (own / "bad.toml").write_text(GOOD.replace('"Sell', "Sell"), "utf-8")
    told = subprocess.run(
        [sys.executable, "main.py", "doctor"], cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert "note     Explanation: bad.toml, line 4\n" in told.stdout


def test_that_nothing_is_read_where_no_exception_is(own: Path, run: Callable[..., Frame]) -> None:
    (own / "bad.toml").write_text("no toml", "utf-8")
    assert run("print('well')\n").result.findings == ()


def test_that_words_of_another_language_stand_in_a_file_beside(own: Path) -> None:
    (own / "shop.toml").write_text(GOOD, "utf-8")
    (own / "shop.de.toml").write_text('words = "Kein Platz für {what}."\ncure = "Etwas verkaufen."\n', "utf-8")
    assert [one.words for one in collection.load([own]).explanations] == [
        "The shop has no room for {what}, says {thread}."
    ]
    assert [one.words for one in collection.load([own], "de").explanations] == ["Kein Platz für {what}."]


# reading what Python writes

GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "a.py", line 3, in <module>
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "a.py", line 2, in one
    | RuntimeError: no running event loop
    +------------------------------------
"""


def test_that_the_members_of_a_group_are_read() -> None:
    assert [(one.type, one.message) for one in raised_in(GROUP)] == [
        ("ExceptionGroup", "unhandled errors in a TaskGroup (1 sub-exception)"),
        ("RuntimeError", "no running event loop"),
    ]


def test_that_two_tracebacks_one_behind_the_other_are_two_and_what_led_to_one_belongs_to_it() -> None:
    one = 'Traceback (most recent call last):\n  File "a.py", line 2, in f\nKeyError: 1\n'
    led = f"{one}\nDuring handling of the above exception, another exception occurred:\n\n{one.replace('Key', 'Value')}"
    types = [[each.type for each in chain] for chain in chains(raised_in(one + led))]
    assert types == [["KeyError"], ["KeyError", "ValueError"]]


def test_that_a_traceback_that_is_not_complete_is_none() -> None:
    assert raised_in('Traceback (most recent call last):\n  File "a.py", line 3, in f\n') == []
    assert raised_in("no such thing\n") == []
    assert raised_in("") == []


def test_that_locks_which_one_line_has_made_are_named_once(run: Callable[..., Frame]) -> None:
    text = "import threading, copy\nclass Box:\n    def __init__(self):\n        self.lock = threading.Lock()\n"
    frame = run(f"{text}other = threading.Lock()\ncopy.deepcopy([Box() for _ in range(5)])\n")
    (found,) = [one for one in frame.result.findings if isinstance(one, Explained)]
    assert [one.partition(" (")[0] for one in found.locks] == ["other", "self.lock"]
    assert len(found.objects) == 2
