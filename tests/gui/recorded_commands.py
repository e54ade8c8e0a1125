"""What a panel is given when it is tested alone: a course, and commands that are written down."""

from dataclasses import replace

from engine.frame import Launch, State
from engine.scenarios.scenario import PartsNote, Scenario, SwitchNote
from gui.panel import Course, WindowCommand

LESSON = """Both adders can **read** the same number before either writes. With the `lock` on, the second one waits.

```python
with lock:
    counter = counter + 1
```

- [Take the lock away](demo:counter?lock=off&ROUNDS=100)
"""


def course(current: str = "counter", lesson: str = LESSON, parts: PartsNote | None = None) -> Course:
    """A course of four lessons, one of them broken."""
    listed = (
        Scenario("writer_reader", "Writer and reader", "Shared files", summary="A file that is not there yet"),
        Scenario("counter", "Counter race", "Locks", summary="Updates that get lost"),
        Scenario("broken", "A broken one", "Locks", error="scenario.toml: no title"),
        Scenario("producer_consumer", "Producer and consumer", "Queues"),
    )
    return Course(
        listed,
        interpreters=(("/usr/bin/python3", "Python 3.11 · GIL"), ("/other/python", "Python 3.13 · no GIL")),
        scenario=replace(
            next((one for one in listed if one.id == current), Scenario("", "")),
            watch="counter",
            switches={
                "lock": SwitchNote("one adder at a time", "L"),
                "file_ready": SwitchNote("tells that the file is there", "E"),
            },
            knobs={"ROUNDS": "how often each thread adds"},
            parts=parts,
        ),
        lesson=lesson,
    )


class RecordedCommands:
    """Keeps every call: ("look", 1.0, 2.0). Knobs are refused with `refusal`, when there is one."""

    refusal = ""

    def __init__(self) -> None:
        self.made: list[tuple[object, ...]] = []

    def of(self, name: str) -> list[tuple[object, ...]]:
        """The wishes of one name, without it."""
        return [wish[1:] for wish in self.made if wish[0] == name]

    def run(self) -> None:
        self.made.append(("run",))

    def stop(self) -> None:
        self.made.append(("stop",))

    def pause(self) -> None:
        self.made.append(("pause",))

    def open(self, scenario: str, settings: str = "") -> None:
        self.made.append(("open", scenario, settings))

    def answer(self, text: str) -> None:
        self.made.append(("answer", text))

    def end_input(self) -> None:
        self.made.append(("end_input",))

    def switch(self, name: str, on: bool) -> None:
        self.made.append(("switch", name, on))

    def knob(self, name: str, value: object) -> str:
        self.made.append(("knob", name, value))
        return self.refusal

    def edit(self, text: str, file: str = "") -> None:
        self.made.append(("edit", text, *filter(None, [file])))

    def reset_knobs(self) -> None:
        self.made.append(("reset_knobs",))

    def launch(self, launch: Launch) -> str:
        self.made.append(("launch", launch))
        return self.refusal

    def watch(self, expression: str, on: bool) -> None:
        self.made.append(("watch", expression, on))

    def speed(self, factor: float) -> None:
        self.made.append(("speed", factor))

    def interpreter(self, executable: str) -> None:
        self.made.append(("interpreter", executable))

    def look(self, start: float, end: float) -> None:
        self.made.append(("look", start, end))

    def follow(self, on: bool) -> None:
        self.made.append(("follow", on))

    def fit(self) -> None:
        self.made.append(("fit",))

    def cursor(self, time: float | None) -> None:
        self.made.append(("cursor", time))

    def visit(self, time: float) -> None:
        self.made.append(("visit", time))

    def mark(self, interval: tuple[float, float] | None) -> None:
        self.made.append(("mark", interval))

    def step(self, by: int) -> None:
        self.made.append(("step", by))

    def line(self, number: int, file: str = "") -> None:
        self.made.append(("line", number, *filter(None, [file])))

    def show_file(self, file: str) -> None:
        self.made.append(("show_file", file))

    def choose(self, thread: int) -> None:
        self.made.append(("choose", thread))

    def point(self, thing: int) -> None:
        self.made.append(("point", thing))

    def hide(self, state: State, hidden: bool) -> None:
        self.made.append(("hide", state, hidden))

    def calm(self, on: bool) -> None:
        self.made.append(("calm", on))

    def suspect(self, on: bool) -> None:
        self.made.append(("suspect", on))

    def theme(self, name: str) -> None:
        self.made.append(("theme", name))

    def perform(self, action: str) -> None:
        self.made.append(("perform", action))

    def turn_to(self, page: str) -> None:
        self.made.append(("turn_to", page))

    def hide_panel(self, panel: str, hidden: bool) -> None:
        self.made.append(("hide_panel", panel, hidden))

    def show_alone(self, panel: str) -> None:
        self.made.append(("show_alone", panel))

    def present(self, on: bool) -> None:
        self.made.append(("present", on))

    def ask(self, command: WindowCommand) -> None:
        self.made.append(("ask", command))

    def open_file(self, path: str) -> None:
        self.made.append(("open_file", path))

    def new(self, template: str) -> None:
        self.made.append(("new", template))

    def text_scale(self, factor: float) -> None:
        self.made.append(("text_scale", factor))
