"""Who waits for an answer, in words."""

from engine.frame import Asking, Frame
from engine.words.catalogue import say


def waiting(frame: Frame, key: str) -> str:
    """Who is answered next, and how many ask after that; "" when nobody asks. `key` leads to where that is done."""
    asking = frame.recording.questions.asking
    if not asking:
        return ""
    name, more = _thread(frame, asking[0]), len(asking) - 1
    if more:
        return say("waits-for-answer-more", name=name, count=more, key=key)
    return say("waits-for-answer", name=name, key=key)


def waiting_shortly(frame: Frame) -> str:
    """The same in a few words, of the first alone."""
    asking = frame.recording.questions.asking
    return say("waits-for-you", name=_thread(frame, asking[0])) if asking else ""


def name(frame: Frame) -> str:
    """What the field is called in which somebody answers."""
    asking = frame.recording.questions.asking
    if not asking:
        return say("program-input")
    prompt = asking[0].prompt.strip()
    said = say("answer-to", who=_whom(frame))
    return say("answer-prompt", said=said, prompt=prompt) if prompt else said


def hints(frame: Frame) -> tuple[str, ...]:
    """What stands in the field while it is empty, and in fewer words; none where one alone asks, and says what."""
    asking = frame.recording.questions.asking
    if len(asking) < 2 and all(one.prompt.strip() for one in asking):
        return ()
    return say("answer-to", who=_whom(frame)), say("answer-to", who=_thread(frame, asking[0]))


def _whom(frame: Frame) -> str:
    asking = frame.recording.questions.asking
    first, more = _thread(frame, asking[0]), len(asking) - 1
    return say("whom-and-more", name=first, count=more) if more else first


def _thread(frame: Frame, asking: Asking) -> str:
    return next((lane.name for lane in frame.recording.lanes if lane.id == asking.lane), f"Thread {asking.lane}")
