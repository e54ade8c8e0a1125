"""Troubles in words, each with a title and with what to do: one case for each kind, as mypy sees to."""

from datetime import datetime

from engine.frame import Trouble
from engine.frame import trouble as kinds
from engine.protocol.messages import assert_never
from engine.words.catalogue import in_file, say
from engine.words.findings import lacking, remedy
from engine.words.reasons import called, death, signal_name

MOST_NAMED = 8  # programs of a folder, processes that live on
MOST_OF_COMMAND = 60  # letters


def told(trouble: Trouble) -> tuple[str, str]:  # noqa: PLR0911, PLR0912  # one case for each kind
    """What went wrong, without a full stop, and what to do about it."""
    match trouble:
        case kinds.ProgramDied(error=error):
            return (death(error), say("main-thread-died")) if error else (say("an-exception-alone"), "")
        case kinds.ProgramRefused(error=error, line=line, file=file):
            line_of = in_file(line, file)
            return death(error), say("cannot-read-line" if line else "cannot-read", line=line_of)
        case kinds.ImportFailed(missing=missing):
            return lacking(missing), remedy(missing)
        case kinds.NoText(name=name, error=error):
            return say("no-text", name=name), say("cannot-decode", error=error) if error else say("zero-bytes")
        case kinds.Unreadable(name=name, path=path, error=error):
            return say("unreadable", name=name), say("check-name", error=error, path=path)
        case kinds.BrokenLink() | kinds.IsFolder() | kinds.NotAFile() | kinds.TooLarge() | kinds.NoProgram():
            return _no_program(trouble)
        case kinds.Unwritable() | kinds.BadName() | kinds.InUse():
            return _of_writing(trouble)
        case kinds.NothingToPaste() | kinds.Rescued() | kinds.NotRescued():
            return _of_keeping(trouble)
        case kinds.ChangedOnDisk(name=name):
            return say("changed-on-disk", name=name), say("which-to-keep")
        case kinds.ReadAgain(name=name):
            return say("read-again", name=name), ""
        case kinds.GoneFromDisk(name=name):
            return say("gone-from-disk", name=name), say("text-is-here")
        case kinds.NoInterpreter(executable=executable, error=error):
            return say("no-interpreter"), say("choose-interpreter", executable=executable, error=error)
        case kinds.NoRoom(error=error):
            return say("no-room-to-run"), say("make-room", error=error)
        case kinds.NoStage(code=code) if code < 0:
            return say("no-stage-killed"), say("run-again", how=signal_name(-code) or str(-code))
        case kinds.NoStage(executable=executable, code=code, said=said):
            more = say("no-stage-said" if said else "no-stage-silent", executable=executable, code=code, said=said)
            return say("no-stage"), more
        case kinds.EndedItself(call=call, line=line, file=file):
            return say("ended-itself"), say("nothing-after", called=called(call, in_file(line, file)))
        case kinds.ProcessDied() | kinds.BrokenStream():
            return _ended_badly(trouble)
        case kinds.CutOff():
            return say("cut-off"), say("cut-off-advice")
        case kinds.LeftRunning():
            return left_running(trouble), say("left-running-advice", count=trouble.count)
        case kinds.NothingToRun():
            return say("nothing-to-run"), say("a-page")
        case kinds.Notice(title=title, text=text):
            return title, text
        case _:
            return assert_never(trouble)


def _no_program(  # noqa: PLR0911  # one case for each kind
    trouble: kinds.BrokenLink | kinds.IsFolder | kinds.NotAFile | kinds.TooLarge | kinds.NoProgram,
) -> tuple[str, str]:
    """Of what is no file with a program in it."""
    match trouble:
        case kinds.BrokenLink(name=name, target=target):
            return say("broken-link", name=name), say("link-target", target=target)
        case kinds.IsFolder(name=name, programs=programs):
            if not programs:
                return say("folder-without-program", name=name), say("drop-a-program")
            return say("folder-of-programs", name=name), say("open-one-of", programs=", ".join(programs[:MOST_NAMED]))
        case kinds.NotAFile(name=name, written=written):
            return say("not-a-file", name=name), say("name-a-file" if written else "drop-a-program")
        case kinds.TooLarge(name=name, size=size, most=most):
            return say("too-large", name=name), say("size-and-most", size=size / 1e6, most=most / 1e6)
        case kinds.NoProgram(name=name, error=error, notebook=notebook):
            return say("no-program", name=name), say("notebook") if notebook else say("python-cannot-read", error=error)
        case _:
            return assert_never(trouble)


def _of_writing(trouble: kinds.Unwritable | kinds.BadName | kinds.InUse) -> tuple[str, str]:
    """Of a file that cannot be written as it is."""
    match trouble:
        case kinds.Unwritable(name=name, path=path, error=error):
            return say("unwritable", name=name), say("save-elsewhere", error=error, path=path)
        case kinds.BadName(name=name):
            return say("bad-name", name=name), say("choose-a-name")
        case kinds.InUse(name=name):
            return say("in-use", name=name), say("close-it-there")
        case _:
            return assert_never(trouble)


def _of_keeping(trouble: kinds.NothingToPaste | kinds.Rescued | kinds.NotRescued) -> tuple[str, str]:
    """Of what is brought back."""
    match trouble:
        case kinds.NothingToPaste():
            return say("nothing-to-paste"), say("copy-first")
        case kinds.Rescued(name=name, time=time, more=more):
            when = f"{datetime.fromtimestamp(time):%d %B, %H:%M}"
            kept = say("rescued-more", time=when, count=more) if more else say("rescued-advice", time=when)
            return say("rescued", name=name), kept
        case kinds.NotRescued(error=error):
            return say("not-rescued"), say("save-now", error=error)
        case _:
            return assert_never(trouble)


def _ended_badly(trouble: kinds.ProcessDied | kinds.BrokenStream) -> tuple[str, str]:
    """Of a process that does not say itself how it ended."""
    match trouble:
        case kinds.ProcessDied(code=code, broken=broken):
            return _process_died(code), say("died-broken" if broken else "kept-before")
        case kinds.BrokenStream(process=process) if process:
            return say("broken-process", process=process), say("broken-process-advice")
        case kinds.BrokenStream(time=time, code=code, goes_on=goes_on):
            stopped = say("broken-goes-on") if goes_on else say("broken-stopped")
            how = stopped if code is None else say("broken-ended", code=code)
            return say("broken-stream", time=time), say("broken-stream-advice", how=how)
        case _:
            return assert_never(trouble)


def left_running(left: kinds.LeftRunning) -> str:
    """What lives on, without a full stop."""
    forked = say("left-forked")
    named = [
        say("left-process", command=(one.command or forked)[:MOST_OF_COMMAND], pid=one.pid) for one in left.processes
    ]
    more = len(named[MOST_NAMED:]) + left.more
    names = ", ".join([*named[:MOST_NAMED], *([say("left-more", count=more)] if more else [])])
    return say("left-running", count=left.count, names=names)


def title(trouble: Trouble) -> str:
    """What went wrong, without a full stop."""
    return told(trouble)[0]


def _process_died(code: int) -> str:
    if signal := signal_name(-code):
        return say("process-died-signal", signal=signal)
    return say("process-died-number", number=-code) if code < 0 else say("process-died-status", code=code)
