"""Troubles in words, each with a title and with what to do: one case for each kind, as mypy sees to."""

from engine.frame import Trouble
from engine.frame import trouble as kinds
from engine.protocol.messages import assert_never
from engine.words.catalogue import say
from engine.words.findings import lacking, remedy
from engine.words.reasons import called, death, signal_name


def told(trouble: Trouble) -> tuple[str, str]:  # noqa: PLR0911  # one case for each kind
    """What went wrong, without a full stop, and what to do about it."""
    match trouble:
        case kinds.ProgramDied(error=error):
            return (death(error), say("main-thread-died")) if error else (say("an-exception-alone"), "")
        case kinds.ProgramRefused(error=error, line=line):
            return death(error), say("cannot-read-line" if line else "cannot-read", line=line)
        case kinds.ImportFailed(missing=missing):
            return lacking(missing), remedy(missing)
        case kinds.NoText(name=name, error=error):
            return say("no-text", name=name), say("cannot-decode", error=error) if error else say("zero-bytes")
        case kinds.Unreadable(name=name, path=path, error=error):
            return say("unreadable", name=name), say("check-name", error=error, path=path)
        case kinds.NoInterpreter(executable=executable, error=error):
            return say("no-interpreter"), say("choose-interpreter", executable=executable, error=error)
        case kinds.NoStage(executable=executable, code=code, said=said):
            more = say("no-stage-said" if said else "no-stage-silent", executable=executable, code=code, said=said)
            return say("no-stage"), more
        case kinds.EndedItself(call=call, at=line):
            return say("ended-itself"), say("nothing-after", called=called(call, line))
        case kinds.ProcessDied(code=code):
            return _process_died(code), say("kept-before")
        case kinds.NothingToRun():
            return say("nothing-to-run"), say("a-page")
        case kinds.Notice(title=title, text=text):
            return title, text
        case _:
            return assert_never(trouble)


def title(trouble: Trouble) -> str:
    """What went wrong, without a full stop."""
    return told(trouble)[0]


def _process_died(code: int) -> str:
    if signal := signal_name(-code):
        return say("process-died-signal", signal=signal)
    return say("process-died-number", number=-code) if code < 0 else say("process-died-status", code=code)
