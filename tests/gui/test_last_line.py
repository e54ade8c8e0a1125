"""What the timeline says of the main thread past the program's last line, of real runs."""

import pytest

from engine.frame import State
from engine.protocol.records import MAIN_THREAD
from engine.scenarios import catalogue
from engine.session.session import Session
from gui.plots.timeline.state_labels import end_word

JOIN = next(one for one in catalogue.load([catalogue.OWN_FOLDER]) if one.id == "join")


@pytest.mark.parametrize(("join", "said"), [("no", "last line done; Python waits for Adder"), ("yes", "")])
def test_that_only_a_wait_without_a_join_is_called_pythons_own(join, said):
    session = Session(JOIN)
    try:
        for name, value in {"JOIN": join, "PACE": 20, "OTHER_WORK": 10}.items():
            assert session.set_knob(name, value) is None
        session.run()
        frame = session.wait(60)
    finally:
        session.close()
    lane = next(lane for lane in frame.recording.lanes if lane.id == MAIN_THREAD)
    (wait,) = (index for index, state in enumerate(lane.spans.states) if state == State.WAIT_JOIN)
    middle = (lane.spans.starts[wait] + lane.spans.starts[wait + 1]) / 2e9
    assert end_word(frame, lane, middle) == said
    assert end_word(frame, lane, 0.0) == ""
