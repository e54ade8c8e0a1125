"""What a panel is given when it is tested alone: a course, and commands that write down what was wished for."""

from wishes import Wishes

from gui.panel import Course, ScenarioInfo

LESSON = """Both adders can **read** the same number before either writes. With the `lock` on, the second one waits.

```python
with lock:
    counter = counter + 1
```

- [Take the lock away](demo:counter?lock=off&ROUNDS=100)
"""


class Wished(Wishes):
    """Knobs are refused with `refusal`, when there is one."""

    refusal = ""

    def knob(self, name: str, value: object) -> str:
        super().knob(name, value)
        return self.refusal


def course(current: str = "counter", lesson: str = LESSON) -> Course:
    """A course of four lessons, one of them broken."""
    return Course(
        scenarios=(
            ScenarioInfo("writer_reader", "Writer and reader", "Shared files", "A file that is not there yet"),
            ScenarioInfo("counter", "Counter race", "Locks", "Updates that get lost"),
            ScenarioInfo("broken", "A broken one", "Locks", "", "scenario.toml: no title"),
            ScenarioInfo("producer_consumer", "Producer and consumer", "Queues"),
        ),
        interpreters=(("/usr/bin/python3", "Python 3.11 · GIL"), ("/other/python", "Python 3.13 · no GIL")),
        current=current,
        lesson=lesson,
        lesson_folder="",
        switch_notes={"lock": ("one adder at a time", "L"), "file_ready": ("tells that the file is there", "E")},
        knob_notes={"ROUNDS": "how often each thread adds"},
        value_name="counter",
        value_noun="updates",
    )
