"""Thread Theatre's command line: the window, and the commands that need none.

It has to be readable by every Python 3, so that one that is too old is told so; nothing is imported
here but the standard library, because the first start comes before any dependency is installed.
Installed it is thread_theatre/__main__.py, and engine, gui and resources lie beside it as they do here.
"""

import argparse
import gc
import io
import os
import sys
from pathlib import Path
from typing import Any, Callable, NoReturn

ROOT = str(Path(__file__).resolve().parent)
OLDEST = (3, 10)
AT_ONCE = min(4, 1 + (os.cpu_count() or 1))  # tests; one more than there are processors, for most of them wait mostly
SIDE_BY_SIDE = ["-n", str(AT_ONCE), "--dist", "loadfile", "--no-loadscope-reorder"]  # "-n 0" after it: one by one
COMMANDS = ("run", "list", "doctor", "shot", "film", "test")
FLIP = "SWITCH=on|off@SECONDS"
HEADLESS = "run, list and doctor work without a window; shot makes a picture of one, film a film:  {} --help"
NO_TESTS = "the tests are not installed with the program. In a clone of the project type:  python3 main.py test"


def main(argv: "list[str] | None" = None) -> int:
    """Carries out a command line; returns the exit status: 0 done, 1 failed, 2 bad input, 3 time-out."""
    words = sys.argv[1:] if argv is None else list(argv)
    _keep_compiled_files_away()
    sys.path.insert(0, ROOT)  # before the current folder, which `python -m` puts there and may have an engine.py
    from engine.environment import installation  # noqa: PLC0415 - after the path is known

    parser = _parser(installation.NAME, installation.INSTALLED)
    ours, theirs = _without_own(words)
    options, rest = parser.parse_known_args(ours)
    options.arguments = theirs
    if options.version:
        print(f"Thread Theatre {installation.version()}")
        return 0
    if rest and options.command != "test":
        parser.error(f"not understood: {' '.join(rest)}")
    if sys.version_info < OLDEST:
        from engine.environment import newer_python  # noqa: PLC0415

        return newer_python.hand_over(os.path.abspath(__file__), words, OLDEST)
    try:
        problem = _get_ready(options.command, words)
        status = _complain(problem) if problem else _carry_out(options, rest)
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where it is known what to do when nobody reads it
        return status
    except KeyboardInterrupt:
        sys.stderr.write("\nThread Theatre: interrupted.\n")
        return 130
    except BrokenPipeError:  # who reads our output has had enough; Python would complain again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _without_own(words: "list[str]") -> "tuple[list[str], list[str]]":
    """A command line without the arguments of the program that is run, and these.

    Of the command `run` they stand after "--"; of a window they stand after the file or the module, as Python has it.
    """
    first = words[0] if words else "-"
    if first == "run" and "--" in words:
        return words[: words.index("--")], words[words.index("--") + 1 :]
    if first == "-m" and len(words) > 1:
        return words[:2], words[2:]
    if not first.startswith("-") and first not in COMMANDS:
        like_a_file = os.path.exists(first) or first.endswith((".py", ".pyw")) or os.path.basename(first) != first
        if like_a_file:
            return ["--file", first], words[1:]
        lesson = os.path.join(ROOT, "resources", "scenarios", first)
        if words == [first] and first.isidentifier() and os.path.isdir(lesson):
            return ["--scenario", first], []
    return words, []


def _keep_compiled_files_away() -> None:
    """An installed program writes nothing beside itself: what its installer did not compile is kept in a cache."""
    installed = os.path.basename(__file__) == "__main__.py"
    if not installed or os.path.isdir(os.path.join(ROOT, "engine", "__pycache__")) or sys.version_info < (3, 8):
        return
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        cache = os.environ.get("LOCALAPPDATA", home)
    else:
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    sys.pycache_prefix = os.path.join(cache, "thread-theatre", "compiled")


def window() -> int:
    """The command for a desktop. Where it has no console (Windows) what goes wrong is told in a box."""
    if sys.stderr is not None:
        return main()
    said = sys.stdout = sys.stderr = io.StringIO()
    sys.executable = sys.executable.replace("pythonw.exe", "python.exe")  # whoever runs a program wants its words
    try:
        status = main()
    except BaseException:
        import traceback  # noqa: PLC0415

        status = 1
        traceback.print_exc()
    if status:
        import ctypes  # noqa: PLC0415

        ctypes.windll.user32.MessageBoxW(None, said.getvalue(), "Thread Theatre", 0x10)  # MB_ICONERROR
    return status


def _get_ready(command: "str | None", words: "list[str]") -> str:
    """Sees to the dependencies; returns "" or why the command cannot be carried out."""
    from engine.environment import bootstrap, installation, system  # noqa: PLC0415 - not readable for every Python 3

    if command == "doctor":
        bootstrap.enter_if_ready(words)
        return ""
    if command == "test" and installation.INSTALLED:
        return NO_TESTS
    if command is None and not system.has_display():
        return "there is no display here, so no window can open. " + HEADLESS.format(installation.COMMAND)
    return bootstrap.prepare(words, command)


def _carry_out(options: argparse.Namespace, rest: "list[str]") -> int:
    if options.command == "doctor":
        from engine.environment import doctor  # noqa: PLC0415 - every command imports only what it needs
        from engine.explanations import doctor_checks  # noqa: PLC0415

        return doctor.run(doctor_checks.checks())
    if options.command == "test":
        import pytest  # noqa: PLC0415

        os.chdir(ROOT)
        return int(pytest.main([*SIDE_BY_SIDE, *rest]))
    if options.command is None:
        return _open_window(options)
    if options.command == "film":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from gui import film  # noqa: PLC0415

        return film.carry_out(options)
    from engine import headless  # noqa: PLC0415

    if options.command == "list":
        return headless.show_list(as_json=options.json)
    return headless.run(headless.options_of(options)) if options.command == "run" else _shot(options)


def _open_window(options: argparse.Namespace) -> int:
    if options.as_module:
        from engine import headless  # noqa: PLC0415

        options.file, problem = headless.file_of_module(options.as_module)
        if problem:
            return _complain(problem)
    elif options.scenario:
        from engine import headless  # noqa: PLC0415

        lesson = headless.is_lesson(options.scenario)
        problem = "" if not lesson and os.path.isdir(options.scenario) else headless.window_problem(options.scenario)
        if problem:
            return _complain(problem)
        if not lesson:
            options.file = options.scenario
    gc.disable()  # for good: see app.collect_by_hand. From here on, because it would run 50 times while all is imported
    from engine.analysis import decimation, watch_target  # noqa: F401, PLC0415 - PySide6 looks into every module after it
    from engine.documents import file_watch, module_texts, new_scenario  # noqa: F401, PLC0415
    from engine.session import session  # noqa: F401, PLC0415
    from engine.words import questions, states, suspicions  # noqa: F401, PLC0415
    from gui import app  # noqa: PLC0415

    return app.start(options)


def _shot(options: argparse.Namespace) -> int:
    from engine import headless  # noqa: PLC0415
    from engine.environment import output_file  # noqa: PLC0415

    switches = [*options.off, *(name for _, name, _ in options.flip)]
    problem = headless.window_problem(options.scenario, options.set, switches)
    problem = problem or output_file.refusal(Path(options.out), Path(options.scenario))
    if problem:
        return _complain(problem)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from gui import app  # noqa: PLC0415

    settings = headless.settings_text(options.set, options.off)
    when = {"flips": options.flip, "after": options.after}
    return app.shot(options.scenario, settings, options.size, options.theme, options.out, **when)


def _complain(words: str) -> int:
    sys.stderr.write(f"Thread Theatre: {words}\n")
    return 2


def _size(text: str) -> "tuple[int, int]":
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a size such as 1920x1080")
    if not (640 <= int(width) <= 7680 and 400 <= int(height) <= 4320):
        raise argparse.ArgumentTypeError(f"'{text}' is not between 640x400 and 7680x4320")
    return int(width), int(height)


def _flip(text: str) -> "tuple[float, str, bool]":
    name, _, rest = text.partition("=")
    state, _, time = rest.partition("@")
    try:
        seconds = float(time)
    except ValueError:
        seconds = -1.0
    if not name or state not in ("on", "off") or not 0 <= seconds < 1e6:
        raise argparse.ArgumentTypeError(f"'{text}' is not a flip such as lock=on@0.8")
    return seconds, name, state == "on"


def _number(low: float, high: float, unit: str) -> "Callable[[str], float]":
    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"'{text}' is not a number") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not between {low:g} and {high:g}{unit}")
        return value

    return number


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and where to read more."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"Thread Theatre: {message.rstrip('.')}. See: {self.prog} --help\n")


def _parser(name: str, installed: bool) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=name,
        description="Thread Theatre shows multithreading in Python: real programs, real threads, drawn while they run.",
        epilog="Without a command the window opens.",
    )
    parser.add_argument("--scenario", metavar="ID", help="open the window with this scenario")
    parser.add_argument("--file", metavar="PROGRAM.py", help="open this program; --file may be left out")
    about = "open this module of the current folder, as python -m runs it"
    parser.add_argument("-m", dest="as_module", metavar="MODULE", help=about)
    parser.add_argument("--version", action="store_true", help="which version this is")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)

    run = _command(commands, "run", "run a scenario or a program without a window")
    run.epilog = (
        "What stands after -- is for the program:  run sums.py -- 3 4  It runs with your rights, in no sandbox."
    )
    about = "a scenario's id, a Python file, or a folder with a __main__.py"
    run.add_argument("what", nargs="?", metavar="WHAT", help=about)
    run.add_argument("-m", dest="module", metavar="MODULE", help="a module of the current folder, as python -m runs it")
    _add_settings(run)
    about = "look at this value while it runs, such as total or account.balance; may be repeated"
    run.add_argument("--watch", action="append", default=[], metavar="EXPR", help=about)
    run.add_argument("--python", metavar="EXE", help="the Python that runs the program: a path or a name")
    run.add_argument("--speed", type=_number(0.05, 20, ""), default=1.0, metavar="X", help="0.05 to 20")
    run.add_argument("--timeout", type=_number(0.001, 1e6, " s"), metavar="SECONDS", help="stop it after so long")
    run.add_argument("--save", metavar="FILE", help="keep the run in this file")
    run.add_argument("--json", action="store_true", help="one JSON object on stdout")

    listing = _command(commands, "list", "which scenarios there are")
    listing.add_argument("--json", action="store_true", help="a JSON list on stdout")
    _command(commands, "doctor", "what is installed, what is missing, and what to do")

    about = "a picture of the window, made without a display: when a run has ended or stands still"
    shot = _command(commands, "shot", about)
    shot.add_argument("scenario", metavar="ID_OR_FILE", help="a scenario's id, or a Python file")
    _add_settings(shot)
    about = "flip a switch while it runs"
    shot.add_argument("--flip", type=_flip, action="append", default=[], metavar=FLIP, help=about)
    about = "of the run, not at its end; default: at its end"
    shot.add_argument("--after", type=_number(0, 1e6, " s"), metavar="SECONDS", help=about)
    shot.add_argument("--size", type=_size, default=(1920, 1080), metavar="WxH", help="1920x1080")
    shot.add_argument("--theme", choices=("dark", "light", "contrast"), default="dark")
    shot.add_argument("--out", required=True, metavar="PICTURE.png")

    _add_film(commands)
    if installed:
        commands.add_parser("test").set_defaults(command="test")  # without help it is not listed
    else:
        _command(commands, "test", "run the tests; what follows is handed to pytest")
    return parser


def _add_film(commands: Any) -> None:
    film = _command(commands, "film", "a film of the window, made without a display: each frame at its exact moment")
    film.add_argument("what", metavar="ID_OR_FILE", help="a scenario's id, a program, or what run --save kept")
    _add_settings(film)
    film.add_argument("--flip", type=_flip, action="append", default=[], metavar=FLIP, help="flip a switch in the run")
    about = "of the run are filmed; default: all"
    film.add_argument("--after", type=_number(0, 1e6, " s"), metavar="SECONDS", help=about)
    about = "of a program of several files, which is shown, such as pkg/work.py; default: its own"
    film.add_argument("--show", default="", metavar="FILE", help=about)
    film.add_argument("--size", type=_size, default=(1280, 720), metavar="WxH", help="1280x720")
    film.add_argument("--fps", type=_number(1, 60, ""), default=30, metavar="N", help="frames a second: 30")
    film.add_argument("--theme", choices=("dark", "light", "contrast"), default="dark")
    film.add_argument("--speed", type=_number(0.05, 20, ""), default=1.0, metavar="X", help="0.05 to 20")
    film.add_argument("--out", required=True, metavar="FILM", help=".mp4, .webm, .gif, or a folder for PNG pictures")


def _command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.set_defaults(command=name)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a knob's value")
    parser.add_argument("--off", action="append", default=[], metavar="SWITCH", help="begin with this switch off")


if __name__ == "__main__":
    sys.exit(main())
