"""Programs of one's own that show what lessons do not: long names, a question, an error, several files, values."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from engine.frame import Frame, Trouble
from engine.frame.trouble import ChangedOnDisk, GoneFromDisk, NotRescued, Rescued, Unwritable
from gui import app
from gui.panels.launch import LaunchPanel
from gui.widgets.editor.find_bar import FindBar, Laid
from gui.widgets.suspicion_reader import SuspicionReader

PREFIX = "own-"  # of their names, which are no scenario's
LONGEST = 60.0  # seconds until one of them stands where it is to be seen
SOUGHT = "for"  # what is looked for in a text
LONG = "prices_of_all_the_flights_from_everywhere_to_anywhere"


@dataclass(frozen=True)
class OwnProgram:
    """Its files, the first of which is opened, and what is done with it before anybody looks."""

    files: Mapping[str, str]
    arguments: str = ""
    module: str = ""
    watches: tuple[str, ...] = ()
    page: str = ""  # of the deck
    shown: str = ""  # which file
    typed: str = ""  # after the run, in place of its text
    refused: str = ""  # arguments that are typed after the run
    performed: tuple[str, ...] = ()  # actions, one after the other, each looked at
    notices: tuple[Trouble, ...] = field(default=())  # of the window's own, each looked at


_NAMES = f"""\
import sys
import threading
import time

NUMBER_OF_REQUESTS_FOR_EACH_OF_THE_PARTNERS = 12
LONGEST_TIME_THAT_ANYBODY_WAITS_FOR_AN_ANSWER = 0.25
the_only_lock_of_the_whole_booking_office = threading.Lock()
everybody_has_arrived_at_the_departure_gate = threading.Event()
{LONG} = {{}}


def look_up_every_price_of_a_partner(partner):
    for number in range(NUMBER_OF_REQUESTS_FOR_EACH_OF_THE_PARTNERS):
        with the_only_lock_of_the_whole_booking_office:
            {LONG}[partner, number] = number * len(partner)
            time.sleep(0.002)
    print(f"{{partner}} says what each of its {{NUMBER_OF_REQUESTS_FOR_EACH_OF_THE_PARTNERS}} flights costs today")


partners = [threading.Thread(target=look_up_every_price_of_a_partner, args=(f"Partner {{n}}",),
                             name=f"Looks up prices of the partner {{n}}") for n in range(9)]
for one in partners:
    one.start()
for one in partners:
    one.join()
everybody_has_arrived_at_the_departure_gate.set()
for name in ("a report of all prices with a name that goes on and on.txt", "b.csv", "c.csv", "d.csv", "e.csv"):
    with open(name, "w") as file:
        file.write("price\\n" * 3000)
sys.exit("there are " + str(len({LONG})) + " prices, which is more than anybody wanted to know")
"""

_ASKS = """\
import threading
import time


def ask(what):
    answer = input(f"Which {what} do you want to have for the rest of this very long afternoon? ")
    print("You said", answer)


print("Somebody asks.")
threads = [threading.Thread(target=ask, args=(what,), name=f"Asks for a {what}") for what in ("colour", "number")]
for one in threads:
    one.start()
for one in threads:
    one.join()
"""

_FINE = "import threading\n\nlock = threading.Lock()\nwith lock:\n    print('fine')\n"
_BROKEN = """\
import threading

lock = threading.Lock()
def long_name_of_a_function_that_nobody_finished_typing(first_argument, second_argument=
with lock
    print('fine')
"""

_WORK = """\
import time


class NothingLeftInTheStoreroomError(Exception):
    pass


def carry(gate, name):
    gate.wait()
    time.sleep(0.02)
    raise NothingLeftInTheStoreroomError(f"{name} found nothing, although somebody had promised plenty of it")
"""
_MODULES = """\
import threading

import a_module_with_a_long_name
import helper
from storeroom_of_the_company import carrying, counting, shelves

gate = threading.Event()
crew = [threading.Thread(target=carrying.carry, args=(gate, f"Carrier {n}"), name=f"Carrier {n}") for n in range(4)]
for one in crew:
    one.start()
gate.set()
for one in crew:
    one.join()
"""

_WATCHED = """\
import threading
import time


class AccountOfACustomer:
    def __init__(self, balance):
        self.balance = balance


accounts = [AccountOfACustomer(100), AccountOfACustomer(250), AccountOfACustomer(1_000_000)]
sum_of_everything_that_was_moved = 0
items = []


def move():
    global sum_of_everything_that_was_moved
    for number in range(20):
        for account in accounts:
            account.balance -= number
        sum_of_everything_that_was_moved += number * 1_000_003
        items.append(number)
        time.sleep(0.01)


movers = [threading.Thread(target=move, name=f"Mover {n}") for n in range(3)]
for one in movers:
    one.start()
for one in movers:
    one.join()
"""

_SUSPECTED = """\
import os
import threading

total, seen, settings = 0, {}, None
first, second = threading.Lock(), threading.Lock()


def add():
    global total, settings
    for number in range(1000):
        total = total + number
        if number not in seen:
            seen[number] = total
    with first, second:
        if settings is None:
            settings = dict(seen)


def take():
    with second, first:
        for key in seen:
            print(key) if key < 0 else None
    if not os.path.exists("report_of_the_whole_year.txt"):
        open("report_of_the_whole_year.txt", "w").write("new")


threads = [threading.Thread(target=target) for target in (add, take, add)]
for one in threads:
    one.start()
for one in threads:
    one.join()
"""

_MISSING = "import threading\nimport a_library_that_nobody_has_ever_installed_here\n"

_PACKAGED = "from . import parts\n\nprint(parts.WHAT)\n"

PROGRAMS: Mapping[str, OwnProgram] = {
    "own-names": OwnProgram(
        {f"{LONG}.py": _NAMES},
        arguments="--from 'somewhere with a long name' --to 'somewhere else' --with 'a window seat' --verbose 3 4 5",
        performed=("present",),
    ),
    "own-asks": OwnProgram({"asks.py": _ASKS}, page="output", performed=("present",)),
    "own-error": OwnProgram({"unfinished.py": _FINE}, typed=_BROKEN, performed=("present",)),
    "own-modules": OwnProgram(
        {
            "main.py": _MODULES,
            "a_module_with_a_long_name.py": "WHAT = 1\n",
            "helper.py": "WHAT = 2\n",
            "storeroom_of_the_company/__init__.py": "",
            "storeroom_of_the_company/carrying.py": _WORK,
            "storeroom_of_the_company/counting.py": "WHAT = 3\n",
            "storeroom_of_the_company/shelves.py": "WHAT = 4\n",
        },
        shown="storeroom_of_the_company/carrying.py",
        performed=("present",),
    ),
    "own-tabs": OwnProgram({"main.py": "import helper\nimport work\n", "helper.py": "a = 1\n", "work.py": "b = 2\n"}),
    "own-watched": OwnProgram(
        {"watched.py": _WATCHED},
        watches=("sum_of_everything_that_was_moved", "AccountOfACustomer.balance", "len(items)", "accounts[0]"),
        page="watched",
        performed=("present",),
    ),
    "own-suspected": OwnProgram({"suspected.py": _SUSPECTED}, performed=("edit-find", "edit-replace", "edit-go-to")),
    "own-package": OwnProgram(
        {"packed/begin.py": _PACKAGED, "packed/__init__.py": "", "packed/parts.py": "WHAT = 5\n"},
        module="packed.begin",
        refused="--name 'Ada",
    ),
    "own-missing": OwnProgram(
        {"missing.py": _MISSING},
        notices=(
            ChangedOnDisk(name=f"{LONG}.py"),
            GoneFromDisk(name=f"{LONG}.py"),
            Rescued(name=f"{LONG}.py", time=0.0, more=3),
            NotRescued(error="No space left on device"),
            Unwritable(name=f"{LONG}.py", path=f"~/a folder/{LONG}.py", error="Permission denied"),
        ),
        performed=("present",),
    ),
}


def write(folder: Path, names: list[str]) -> None:
    """Their files, each in a folder of its own."""
    for name in names:
        for file, text in PROGRAMS[name].files.items():
            path = folder / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def open_in(theatre: app.Theatre, name: str, folder: Path) -> None:
    """Opens it, as a user does; nothing has run."""
    own = PROGRAMS[name]
    theatre.documents.opening.opens(str(folder / name / next(iter(own.files))))
    theatre.session.modules.settle()
    if own.page:
        theatre.controller.turn_to(own.page)


def recorded(theatre: app.Theatre, name: str, folder: Path) -> Iterator[tuple[str, Frame]]:
    """What is to be drawn of it after it was opened, each with what that shows."""
    own, session = PROGRAMS[name], theatre.session
    open_in(theatre, name, folder)
    theatre.controller.suspect(True)
    launch = session.frame.program.launch
    theatre.controller.launch(replace(launch, arguments=own.arguments, module=own.module or launch.module))
    for expression in own.watches:
        theatre.controller.watch(expression, True)
    theatre.controller.run()
    _until(theatre, lambda frame: bool(frame.recording.questions.asking) or frame.result.written is not None)
    session.modules.settle()
    theatre.controller.show_file(own.shown)
    yield "ran", session.pump()
    if own.typed:
        theatre.controller.edit(own.typed)
        _until(theatre, lambda frame: frame.program.check.text == own.typed)
        yield "typed", session.pump()
    for notice in own.notices:
        frame = session.pump()
        frame = replace(frame, run=replace(frame.run, trouble=None), view=replace(frame.view, notice=notice))
        yield type(notice).__name__, frame


def _until(theatre: app.Theatre, come: Callable[[Frame], bool]) -> None:
    deadline = time.monotonic() + LONGEST
    while not come(frame := theatre.session.pump()):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        theatre.driver.draw(frame)
        if time.monotonic() > deadline:
            raise SystemExit(f"{frame.program.title} did not come to where it is to be seen")


def performed(theatre: app.Theatre, name: str) -> Iterator[str]:
    """Does what is done in the window itself, one after the other; each is over when the next one is asked for."""
    own = PROGRAMS[name]
    if own.refused:
        for panel in theatre.window.findChildren(LaunchPanel):
            panel.field.setText(own.refused)
            panel.field.editingFinished.emit()
        yield "refused"
        for panel in theatre.window.findChildren(LaunchPanel):
            panel.field.setText("")
            panel.field.editingFinished.emit()
    for action in own.performed:
        theatre.driver.perform(action)
        for bar in theatre.window.findChildren(FindBar):
            bar.what.setText(SOUGHT)
        yield action
        if action == "present":
            theatre.driver.perform(action)
        for bar in theatre.window.findChildren(Laid):
            bar.close_bar()


def marks_are_known(theatre: app.Theatre) -> bool:
    """Whether everything that is suspected in the text is shown."""
    return not any(reader.busy for reader in theatre.window.findChildren(SuspicionReader))
