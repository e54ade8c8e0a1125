"""The commands as a user types them, each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
KEYS = {
    "scenario": str,
    "python": str,
    "ended": str,
    "threads": list,
    "records": int,
    "dropped": int,
    "findings": list,
    "output": str,
}


def command(*words, cwd=ROOT, typed=b"", **environment):
    """Runs `python main.py words` to its end; `typed` is its standard input."""
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *map(str, words)],
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
        input=typed.decode("utf-8", "surrogateescape"),
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=60,
    )


def test_that_a_run_is_one_json_object_on_stdout():
    told = command("run", "counter", "--off", "lock", "--set", "ROUNDS=10", "--set", "THREADS=3", "--json")
    assert told.returncode == 0, told.stderr
    run = json.loads(told.stdout)
    assert {key: type(run[key]) for key in KEYS} == KEYS
    assert (run["scenario"], run["ended"], run["dropped"], run["expected"]) == ("counter", "finished", 0, 30)
    assert run["python"] == ".".join(map(str, sys.version_info[:3]))
    assert run["found"] < 30
    assert [thread["name"] for thread in run["threads"]] == ["MainThread", "Adder-1", "Adder-2", "Adder-3"]
    assert all(thread["error"] is None and thread["began"] <= thread["ended"] for thread in run["threads"])
    lost = next(finding for finding in run["findings"] if finding["kind"] == "lost-update")
    assert {"kind", "text", "thread", "line", "time"} <= set(lost)
    assert lost["line"] == 49, "that of the stale write, not of the lock around it"
    assert f"expected 30, found {run['found']}" in run["output"]


def test_that_watched_values_are_told_with_their_last_number(tmp_path):
    (tmp_path / "here.py").write_text("class A:\n    def __init__(self): self.n = 2.5\na, total, word = A(), 7, 'x'\n")
    told = command("run", "here.py", "--json", "--watch", "total", "--watch", "self.n", "--watch", "word", cwd=tmp_path)
    found = {one["name"]: one for one in json.loads(told.stdout)["watched"]}
    assert {name: one["last"] for name, one in found.items()} == {"total": 7, "a.n": 2.5, "word": None}
    assert "no number" in found["word"]["reason"]
    said = command("run", "here.py", "--watch", "total", "--watch", "word", cwd=tmp_path).stdout
    assert "total was 7 at last." in said
    assert "word is no number now: it is a str." in said


def test_that_people_get_the_output_and_the_verdict():
    told = command("run", "counter", "--off", "lock", "--set", "ROUNDS=5")
    assert told.returncode == 0, told.stderr
    assert "expected 10, found" in told.stdout
    assert "lost-update" in told.stdout


def test_that_any_file_runs_in_the_folder_where_the_user_is(tmp_path):
    (tmp_path / "here.py").write_text("import os\nprint(os.getcwd())\nopen('made', 'w').close()\n")
    told = command("run", "here.py", "--json", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["output"].strip() == os.path.realpath(tmp_path)
    assert (tmp_path / "made").exists()


SUM = 'a = int(input("a? "))\nb = int(input("b? "))\nprint("sum", a + b)\n'


def test_that_standard_input_is_handed_on_to_the_program(tmp_path):
    (tmp_path / "sum.py").write_text(SUM)
    told = command("run", tmp_path / "sum.py", typed=b"3\n4\n")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("a? b? sum 7\n")
    assert "finished" in told.stdout
    told = command("run", tmp_path / "sum.py", "--json", typed=b"3\n4")
    assert json.loads(told.stdout)["output"] == "a? b? sum 7\n"


def test_that_bytes_and_the_end_of_input_are_handed_on_as_they_are(tmp_path):
    program = tmp_path / "bytes.py"
    program.write_text("import sys, zlib\ndata = sys.stdin.buffer.read()\nprint(len(data), zlib.crc32(data))\n")
    typed = bytes(range(256)) * 400 + b"\r\n\xe2\x82"
    told = command("run", program, "--json", typed=typed)
    outside = subprocess.run([sys.executable, program], input=typed, capture_output=True, check=True, timeout=60)
    assert json.loads(told.stdout)["output"] == outside.stdout.decode()


@pytest.mark.parametrize("stdin", [subprocess.DEVNULL, "closed"])
def test_that_without_any_input_the_program_is_told_so(tmp_path, stdin):
    (tmp_path / "sum.py").write_text(SUM)
    words = [sys.executable, str(ROOT / "main.py"), "run", str(tmp_path / "sum.py")]
    if stdin == "closed":
        code = "import os, sys; os.close(0); os.execv(sys.argv[1], sys.argv[1:])"
        words, stdin = [sys.executable, "-c", code, *words], subprocess.DEVNULL
    told = subprocess.run(words, stdin=stdin, capture_output=True, text=True, check=False, timeout=60)
    assert "EOFError: EOF when reading a line" in told.stdout


@pytest.mark.skipif(os.name != "posix", reason="there is no pseudo-terminal on Windows")
def test_that_a_program_is_answered_from_a_terminal_and_leaves_the_rest(tmp_path):
    """What it does not ask for stays in the terminal, as outside."""
    (tmp_path / "sum.py").write_text(SUM)
    ours, theirs = os.openpty()
    try:
        os.write(ours, b"20\n")
        running = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), "run", str(tmp_path / "sum.py")],
            stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        os.write(ours, b"22\nleft\n")
        out, err = running.communicate(timeout=60)
        assert out.startswith("a? b? sum 42\n"), err
        assert os.read(theirs, 100) == b"left\n"
    finally:
        os.close(ours)
        os.close(theirs)


def test_that_nobody_answers_in_a_picture(tmp_path):
    folder = tmp_path / "asks"
    folder.mkdir()
    (folder / "program.py").write_text("input('? ')\n")
    told = command(
        "shot", "asks", "--size", "1280x720", "--out", tmp_path / "asks.png", THREAD_THEATRE_SCENARIOS=str(tmp_path)
    )
    assert (told.returncode, told.stderr) == (0, "")


def test_that_a_program_that_dies_has_ended_and_says_why(tmp_path):
    (tmp_path / "dies.py").write_text("x = 1\nprint(x / 0)\n")
    told = command("run", tmp_path / "dies.py", "--json")
    run = json.loads(told.stdout)
    assert (told.returncode, run["ended"]) == (0, "died")
    (finding,) = [one for one in run["findings"] if one["kind"] == "exception"]
    assert (finding["thread"], finding["line"]) == ("MainThread", 2)
    assert "ZeroDivisionError" in run["threads"][0]["error"]


@pytest.fixture
def shelf(tmp_path):
    """A folder of the user's own scenarios: a page, and a program of two parts."""
    rules, halves = tmp_path / "rules", tmp_path / "halves"
    for folder in (rules, halves):
        folder.mkdir()
    (rules / "scenario.toml").write_text("title = 'The rules'\npage = true\n")
    (rules / "lesson.md").write_text("# The rules\n")
    (halves / "scenario.toml").write_text(
        "expected = '2'\nfound = 'done'\nwrong = 'Only {found} of {expected} halves.'\n"
        "[parts]\ncall = 'timed'\nlimit = '0.1'\nnoun = 'half'\nvalue = 'nothing'\n"
    )
    (halves / "program.py").write_text("def timed(half):\n    pass\ntimed('left')\ntimed('right')\ndone = 1\n")
    return {"THREAD_THEATRE_SCENARIOS": str(tmp_path)}


def test_that_people_get_the_parts_in_a_table_and_what_is_wrong(shelf):
    lines = command("run", "halves", "--speed", "5", **shelf).stdout.splitlines()
    at, heading = next((at, line) for at, line in enumerate(lines) if line.startswith("half "))
    assert heading.split()[:3] == ["half", "seconds", "limit"]  # and the cores, where there was time to look at them
    assert [line.split()[0] for line in lines[at + 1 : at + 3]] == ["left", "right"]
    assert [line.split()[2] for line in lines[at + 1 : at + 3]] == ["0.100", "0.100"]
    assert lines[at + 3] == "measured at 5x speed; seconds are those of the program"
    assert any(line.startswith("- wrong-result: Only 1 of 2 halves.") for line in lines)
    assert lines[-1] == "not known: parts.value: nothing: NameError: name 'nothing' is not defined"


def test_that_a_page_is_listed_and_running_it_says_that_it_is_one(shelf):
    told = command("run", "rules", **shelf)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == "rules is a page: there is nothing to run, open it in the window\n"
    assert json.loads(command("run", "rules", "--json", **shelf).stdout)["page"] is True
    assert any(
        line.startswith("rules ") and line.endswith("(a page)") for line in command("list", **shelf).stdout.splitlines()
    )
    listed = {one["id"]: one for one in json.loads(command("list", "--json", **shelf).stdout)}
    assert (listed["rules"]["page"], listed["rules"]["program"]) == (True, "")
    assert (listed["counter"]["page"], listed["joblib_jobs"]["needs"]) == (False, ["joblib"])


def test_that_the_time_out_stops_an_endless_loop_with_status_3(tmp_path):
    (tmp_path / "endless.py").write_text(
        "while True:\n    try:\n        pass\n    except BaseException:\n        pass\n"
    )
    told = command("run", tmp_path / "endless.py", "--timeout", "1", "--json")
    assert (told.returncode, json.loads(told.stdout)["ended"]) == (3, "timeout")


def test_that_speed_scales_the_sleeps_of_the_program(tmp_path):
    (tmp_path / "sleeps.py").write_text("import time\ntime.sleep(30)\nprint('woke')\n")
    told = command("run", tmp_path / "sleeps.py", "--speed", "20", "--timeout", "20", "--json")
    run = json.loads(told.stdout)
    assert (told.returncode, run["output"].strip()) == (0, "woke")
    assert run["threads"][0]["ended"] >= 30


def test_that_a_run_is_kept_in_a_file(tmp_path):
    told = command("run", "counter", "--set", "ROUNDS=2", "--save", tmp_path / "kept.run")
    assert told.returncode == 0, told.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept.run"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "countr"], "there is no scenario 'countr' and no such file. Did you mean counter?"),
        (["run", "nowhere.py"], "there is no file nowhere.py"),
        (["run", "."], ". is a folder"),
        (["run", "counter", "--set", "ROUNDS"], "'ROUNDS' is not NAME=VALUE"),
        (["run", "counter", "--set", "ROUND=3"], "no knob 'ROUND'. Did you mean ROUNDS?"),
        (["run", "counter", "--set", "THREADS=99"], "THREADS is from 1 to 16; not 99"),
        (["run", "counter", "--set", "THREADS=two"], "THREADS takes a whole number, not 'two'"),
        (["run", "counter", "--set", "WINDOW=door"], "WINDOW is one of nothing, call, work, sleep; not door"),
        (["run", "counter", "--off", "lok"], "no switch 'lok'. Did you mean lock?"),
        (["run", "producer_consumer", "--off", "lock"], "no switch 'lock'. There are none."),
        (["run", "counter", "--watch", "countr"], "The program has no countr. Did you mean counter?"),
        (["run", "counter", "--watch", "f(3)"], "f(3) does more than look"),
        (["run", "counter", "--python", "python3.99"], "python3.99: there is no such program"),
        (["run", "counter", "--speed", "99"], "99 is not between 0.05 and 20"),
        (["run", "counter", "--speed", "nan"], "nan is not between 0.05 and 20"),
        (["run", "counter", "--timeout", "soon"], "'soon' is not a number"),
        (["run", "counter", "--save", "nowhere/kept.run"], "there is no folder to write nowhere/kept.run in"),
        (["run", "counter", "--set", f"THREADS={'-' * 60_000}1"], "THREADS takes a whole number, not '-----"),
        (["run", f"{'n' * 300}.py"], "there is no file nnnnn"),
        (["run"], "what is to be run?"),
        (["rum", "counter"], "invalid choice: 'rum'"),
        (["run", "counter", "--fast"], "not understood: --fast"),
        (["shot", "countr", "--out", "x.png"], "Did you mean counter?"),
        (["shot", "counter", "--out", "x.png", "--size", "big"], "'big' is not a size such as 1920x1080"),
        (["--scenario", "countr"], "Did you mean counter?"),
        (["-m", "no.such"], "there is no module no.such in the folder"),
        (["shot", "letter.txt", "--out", "x.png"], "letter.txt is no Python program"),
    ],
)
def test_that_bad_input_is_one_clear_line_and_status_2(words, said, tmp_path):
    (tmp_path / "letter.txt").write_text("just some words in a letter\n")
    told = command(*words, cwd=tmp_path, QT_QPA_PLATFORM="offscreen")
    assert told.returncode == 2
    assert said in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert told.stdout == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"import time\nfor x in\n", "broken.py, line 2: SyntaxError"),
        (b"\xff\xfe\x00binary", "broken.py"),
    ],
)
def test_that_a_program_that_cannot_be_compiled_is_bad_input(tmp_path, content, said):
    (tmp_path / "broken.py").write_bytes(content)
    told = command("run", tmp_path / "broken.py")
    assert told.returncode == 2
    assert said in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_that_the_list_names_every_scenario_also_the_users_broken_one(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "program.py").write_text("print(1)")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "scenario.toml").write_text("title = ")
    told = command("list", "--json", THREAD_THEATRE_SCENARIOS=str(tmp_path))
    assert told.returncode == 0, told.stderr
    listed = {one["id"]: one for one in json.loads(told.stdout)}
    assert {"counter", "writer_reader", "producer_consumer", "mine"} <= set(listed)
    assert {"WINDOW", "THREADS", "ROUNDS"} <= set(listed["counter"]["knobs"])
    assert listed["counter"]["switches"] == ["lock"]
    assert listed["mine"]["error"] == ""
    assert listed["broken"]["error"].startswith("scenario.toml: ")
    plain = command("list", THREAD_THEATRE_SCENARIOS=str(tmp_path)).stdout
    assert "mine" in plain
    assert "cannot be used: scenario.toml: Invalid value" in plain
    ran = command("run", "mine", THREAD_THEATRE_SCENARIOS=str(tmp_path))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[0] == "1"


def test_that_the_doctor_finds_this_python_and_nothing_missing():
    told = command("doctor")
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"CPython {'.'.join(map(str, sys.version_info[:3]))}" in told.stdout
    assert "PySide6-Essentials" in told.stdout
    assert "The window can start" in told.stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_that_without_a_display_the_window_names_the_commands_that_need_none():
    told = command(DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert told.returncode == 2
    assert "there is no display here" in told.stderr
    assert "run, list and doctor" in told.stderr


def test_that_a_picture_of_a_run_is_made_without_a_display(tmp_path):
    from PySide6.QtGui import QImage

    picture = tmp_path / "picture.png"
    settings = ["--set", "ROUNDS=10", "--off", "lock"]
    told = command("shot", "counter", *settings, "--size", "1280x720", "--theme", "light", "--out", picture)
    assert told.returncode == 0, told.stderr
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1280, 720)
    assert len({image.pixel(x, y) for x in range(0, 1280, 16) for y in range(0, 720, 16)}) > 20


@pytest.mark.parametrize("more", [("--set", "ORDER=opposite"), ("--set", "PACE=2000", "--after", "0.4")])
def test_that_a_picture_of_a_run_without_an_end_is_made_soon(tmp_path, more):
    picture = tmp_path / "picture.png"
    told = command("shot", "deadlock", *more, "--size", "1280x720", "--out", picture)  # its limit would be 120 s
    assert (told.returncode, told.stderr) == (0, "")
    assert picture.stat().st_size > 10_000


def test_that_a_picture_of_a_page_needs_no_run(tmp_path):
    picture = tmp_path / "page.png"
    told = command("shot", "which", "--size", "1280x720", "--out", picture)
    assert (told.returncode, told.stderr) == (0, "")
    assert picture.stat().st_size > 10_000


@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("words", [("run", "counter", "--set", "ROUNDS=1", "--json"), ("list",), ("list", "--json")])
def test_that_a_reader_who_has_had_enough_gets_no_traceback(words, *, buffered):
    command = [sys.executable, str(ROOT / "main.py"), *words]
    around = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    around |= {} if buffered else {"PYTHONUNBUFFERED": "1"}
    told = subprocess.Popen(command, env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    told.stdout.close()
    with told.stderr as stream:
        words = stream.read()
    assert (told.wait(60), words) == (1, b"")
