"""The timeline in words, for who hears it: what each thread does at the cursor, or at the last moment."""

from PySide6.QtCore import QCoreApplication

from engine.frame import Frame
from gui.plots.timeline.hover import name_hint

_MOST = 8  # lanes that are told; more are counted


def timeline_words(frame: Frame) -> str:
    """Such as "Adder-1 waiting for the lock: lock; MainThread sleeping; at 520 ms"; of a chosen thread it alone."""
    lanes = frame.recording.lanes
    if not lanes:
        return ""
    chosen = [lane for lane in lanes if lane.id == frame.view.thread] or lanes
    told = []
    for lane in chosen[:_MOST]:
        hint = name_hint(frame, lane, 0.0)
        if hint.what:
            told.append(f"{hint.name} {hint.what}")
    if len(chosen) > _MOST:
        more = QCoreApplication.translate("timeline", "and {number} more")
        told.append(more.format(number=len(chosen) - _MOST))
    moment = frame.view.cursor if frame.view.cursor is not None else frame.run.now
    told.append(QCoreApplication.translate("timeline", "at {time}").format(time=f"{moment:.2f} s"))
    return "; ".join(told)
