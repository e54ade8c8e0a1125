"""print and the streams a program writes to: what is written becomes records as a terminal would show it."""

from __future__ import annotations

import builtins
import codecs
import contextlib
import io
import sys
import threading
from typing import Any

import pytest

from engine.protocol.messages import TextFact
from engine.protocol.records import Kind
from engine.stage.facade import output
from tests.engine.facade_kit import Stage, Working, raised


@pytest.fixture
def stage() -> Stage:
    return Stage()


def shown(stage: Stage) -> list[str]:
    return stage.texts(Kind.PRINT)


def test_a_printed_line_is_one_record_with_its_line_in_the_program(stage: Stage) -> None:
    stage.run('print("one", 2, sep="-")\nprint("three")\n')
    assert shown(stage) == ["one-2\n", "three\n"]
    assert [record.line for record in stage.records(Kind.PRINT)] == [1, 2]


def test_what_goes_to_standard_error_is_marked(stage: Stage) -> None:
    streams = output.streams_of(stage.context)
    streams.err.write("oh\n")
    streams.out.write("ah\n")
    assert [(fact.text, fact.error) for fact in stage.facts(TextFact)] == [("oh\n", True), ("ah\n", False)]


def test_a_line_is_shown_when_it_ends_or_is_flushed(stage: Stage) -> None:
    streams = output.streams_of(stage.context)
    streams.out.write("a")
    streams.out.write("b")
    assert shown(stage) == []
    streams.out.flush()
    assert shown(stage) == ["ab"]
    stage.run('print("c", end="")\nprint("d", end="", flush=True)\nprint("\\re", end="")\n')
    assert shown(stage) == ["ab", "cd", "\re"]


def test_what_a_program_leaves_unended_is_shown_at_its_end(stage: Stage) -> None:
    stage.run('print("no newline", end="")\n')
    assert shown(stage) == ["no newline"]
    assert [record.line for record in stage.records(Kind.PRINT)] == [1]


def test_lines_that_two_threads_mix_are_mixed_in_the_records(stage: Stage) -> None:
    stream = output.streams_of(stage.context).out
    turn, back = threading.Event(), threading.Event()

    def other() -> None:
        turn.wait(10)
        stream.write("B")
        back.set()

    thread = Working(other)
    stream.write("A")
    turn.set()
    back.wait(10)
    thread.result()
    stream.write("\n")
    assert shown(stage) == ["A", "B", "\n"]
    first, second, third = [record.thread for record in stage.records(Kind.PRINT)]
    assert first == third != second


def test_many_threads_that_print_lose_and_break_nothing(stage: Stage) -> None:
    stage.run("""
import threading
def talk(name):
    for number in range(100):
        print(name, number)
threads = [threading.Thread(target=talk, args=(name,)) for name in "abcd"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
""")
    lanes: dict[int, str] = {}
    for record, text in zip(stage.records(Kind.PRINT), shown(stage)):
        lanes[record.thread] = lanes.get(record.thread, "") + text
    expected = ["".join(f"{name} {number}\n" for number in range(100)) for name in "abcd"]
    assert sorted(lanes.values()) == expected


def test_a_long_line_without_an_end_is_not_kept_back_for_ever(stage: Stage) -> None:
    stream = output.streams_of(stage.context).out
    for _ in range(100):
        stream.write("x" * 100)
    assert sum(map(len, shown(stage))) >= output.CHUNK


def test_the_text_of_a_program_that_prints_without_end_is_capped_and_the_records_go_on(stage: Stage) -> None:
    stage.context.channel._texts = 8_000_000
    stage.run('print("too much")\n')
    assert [record.value for record in stage.records(Kind.PRINT)] == [0]


def test_print_with_a_file_and_wrong_arguments_is_the_real_print(stage: Stage) -> None:
    space = stage.run("""
import io
target = io.StringIO()
print("elsewhere", file=target)
""")
    assert space["target"].getvalue() == "elsewhere\n"
    assert shown(stage) == []
    own = output.make_print(stage.context)
    assert raised(own, sep=1) == raised(print, sep=1)
    assert raised(own, colour="red") == raised(print, colour="red")
    assert raised(own, file=3) == raised(print, file=3)
    assert own.__name__ == "print"


def test_a_redirected_print_goes_where_it_is_sent(stage: Stage) -> None:
    own = output.make_print(stage.context)
    target = io.StringIO()
    with contextlib.redirect_stdout(target):
        own("inside")
    own("outside")
    assert (target.getvalue(), shown(stage)) == ("inside\n", ["outside\n"])


def test_a_stream_in_the_place_of_standard_output_shows_what_everybody_prints(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    streams = output.streams_of(stage.context)
    own = output.make_print(stage.context)
    monkeypatch.setattr(sys, "stdout", streams.out)
    builtins.print("library")
    own("program")
    sys.stdout.buffer.write("é\n".encode())
    assert shown(stage) == ["library\n", "program\n", "é\n"]


def test_a_stream_behaves_as_a_text_file(stage: Stage) -> None:
    stream = output.streams_of(stage.context).out
    assert isinstance(stream, io.TextIOBase)
    assert (stream.encoding, stream.name, stream.mode, stream.isatty()) == ("utf-8", "<stdout>", "w", False)
    assert (stream.writable(), stream.readable(), stream.seekable()) == (True, False, False)
    assert stream.write("three") == 5
    stream.writelines(["a\n", "b\n"])
    assert shown(stage) == ["threea\n", "b\n"]
    stream.reconfigure(write_through=True)
    stream.write("now")
    assert shown(stage)[-1] == "now"
    assert raised(stream.read)[0] is io.UnsupportedOperation
    assert raised(stream.reconfigure, colour=1)[0] is TypeError


@pytest.mark.parametrize("wrong", [5, b"bytes", None])
def test_what_is_no_text_is_refused_as_by_a_real_stream(stage: Stage, wrong: Any) -> None:
    real = io.TextIOWrapper(io.BytesIO())
    stream = output.streams_of(stage.context).out
    assert raised(stream.write, wrong) == raised(real.write, wrong)
    assert raised(stream.buffer.write, "text") == raised(io.BytesIO().write, "text")
    assert stage.records(Kind.PRINT) == []


def test_text_that_is_no_unicode_is_refused_on_output_and_escaped_on_error(stage: Stage) -> None:
    streams = output.streams_of(stage.context)
    streams.out.reconfigure(errors="strict")
    assert raised(streams.out.write, "\ud800") == raised("\ud800".encode)
    streams.err.write("\ud800\n")
    assert shown(stage) == ["\\ud800\n"]


def test_a_closed_stream_is_closed(stage: Stage) -> None:
    streams = output.streams_of(stage.context)
    streams.out.write("last words")
    streams.out.close()
    assert shown(stage) == ["last words"]
    assert raised(streams.out.write, "x") == (ValueError, "I/O operation on closed file.")
    streams.flush()


def test_a_finaliser_that_prints_while_its_thread_prints_locks_nothing(stage: Stage) -> None:
    stream = output.streams_of(stage.context).out

    def loud(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeEncodeError)
        stream.write("inner\n")
        return "", error.end

    codecs.register_error("loud", loud)
    stream.reconfigure(errors="loud")
    stream.write("outer\udc80\n")
    with stream._guard:
        stream.write("again\n")
    assert shown(stage) == ["inner\n", "outer\n", "again\n"]
