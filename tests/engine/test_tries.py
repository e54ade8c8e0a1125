"""A `try` around the start of a thread that would catch what the thread raises is known; it does not see it."""

import pytest

from engine.analysis.run_model import RunModel
from engine.frame.finding import ThreadDied
from engine.protocol.messages import ExceptionFact
from engine.protocol.records import Kind
from engine.static_analysis.tries import is_expected
from engine.words.findings import cure
from tests.engine.building import findings_of, named, record, records, running

AROUND = "try:\n    t = Thread(target=work)\n    t.start()\n{handler}:\n    pass\n"
BEHIND = "t = Thread(target=work)\ntry:\n    t.start()\n    t.join()\n{handler}:\n    pass\n"


@pytest.mark.parametrize(
    ("text", "made", "expected"),
    [
        (AROUND.format(handler="except ValueError"), 2, True),
        (AROUND.format(handler="except (KeyError, app.ValueError)"), 2, True),
        (AROUND.format(handler="except Exception as error"), 2, True),
        (AROUND.format(handler="except"), 2, True),
        (AROUND.format(handler="except KeyError"), 2, False),
        (AROUND.format(handler="finally"), 2, False),
        (BEHIND.format(handler="except ValueError"), 1, True),
        (BEHIND.format(handler="except Exception"), 1, False),
        ("t = Thread(target=work)\nt.start()\n", 1, False),
    ],
)
def test_that_a_try_is_meant_where_it_would_catch_the_type(text: str, made: int, expected: bool) -> None:
    assert is_expected(text, made, "ValueError") is expected


@pytest.mark.parametrize("handler", ["except ValueError", "except KeyError"])
def test_that_who_dies_of_what_a_try_expects_elsewhere_is_told_what_to_do(handler: str) -> None:
    made = RunModel()
    made.texts = {"": AROUND.format(handler=handler)}
    made.note([*named({1: "MainThread", 2: "worker"}), ExceptionFact(2, "ValueError", "no")])
    made.feed(records(*running(0, 1), record(1, 1, Kind.THREAD_CREATED, 2, line=2), *running(2, 2)))
    made.feed(records(record(3, 2, Kind.THREAD_DIED)))
    (died,) = (one for one in findings_of(made) if isinstance(one, ThreadDied))
    assert ("does not see it" in cure(died)) is (handler == "except ValueError")
