"""Pure: how far a run has come of what the scenario reckons, and of the tasks that were handed out, in words."""

import math

from PySide6.QtCore import QCoreApplication

from engine.frame import Frame, Phase
from engine.protocol.lazy_dataclass import lazy_dataclass

LATE = 0.05  # of the plan: it is a reckoning, and a run that takes so much longer is as good as on time


@lazy_dataclass(frozen=True)
class RunProgress:
    """What the status bar shows. `share` is 0 to 1; None: nobody knows how long it takes."""

    share: float | None
    words: str
    widest: str = ""  # the longest that the words can get before the run is late


def progress(frame: Frame) -> RunProgress | None:
    """The progress of a frame; None when there is none to speak of."""
    if frame.run.phase not in (Phase.RUNNING, Phase.PAUSED):
        return None
    tasks = _tasks(frame)
    if not frame.run.plan or frame.run.plan <= 0:
        return RunProgress(None, tasks) if tasks else None
    words = " · ".join(filter(None, [_time(frame.run.now, frame.run.plan, frame.run.speed), tasks]))
    left = max(_left(frame.run.plan / frame.run.speed), _left(9.9), key=len)
    widest = " · ".join(filter(None, [_of(_about(frame.run.plan), frame.run.plan, left, frame.run.speed), tasks]))
    return RunProgress(min(1.0, frame.run.now / frame.run.plan), words, widest)


def _time(now: float, plan: float, speed: float) -> str:
    translate = QCoreApplication.translate
    if now > plan and now - plan <= LATE * plan:
        return translate("progress", "{now} of about {plan} s").format(now=_whole(now, plan), plan=_about(plan))
    if now > plan:
        longer = translate("progress", "{now} s, longer than expected ({plan} s)")
        return longer.format(now=_whole(now, plan), plan=_about(plan))
    return _of(_whole(now, plan), plan, _left((plan - now) / speed), speed)


def _of(now: str, plan: float, left: str, speed: float) -> str:
    translate = QCoreApplication.translate
    words = translate("progress", "{now} of about {plan} s · {left} s left")
    said = words.format(now=now, plan=_about(plan), left=left)
    return said if speed == 1 else translate("progress", "{said} at {speed}×").format(said=said, speed=f"{speed:g}")


def _whole(now: float, plan: float) -> str:
    """What is over, in steps of a second; of a tenth where the whole run takes only few."""
    return f"{math.floor(now)}" if plan >= 10 else f"{math.floor(now * 10) / 10:.1f}"


def _about(plan: float) -> str:
    return f"{plan:,.0f}" if plan >= 10 else f"{plan:.1f}"


def _left(seconds: float) -> str:
    """Rounded up, so that it never says 0 while something is left; the finer the nearer the end."""
    return f"{math.ceil(seconds):,d}" if seconds > 10 else f"{math.ceil(seconds * 10) / 10:.1f}"


def _tasks(frame: Frame) -> str:
    if not frame.recording.tasks.submitted:
        return ""
    words = QCoreApplication.translate("progress", "{done} of {all} tasks")
    return words.format(done=f"{frame.recording.tasks.done:,}", all=f"{frame.recording.tasks.submitted:,}")
