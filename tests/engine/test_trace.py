"""Records in chunks, saved and loaded; files that are no saved run."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.analysis import trace
from engine.analysis.trace import CHUNK, DTYPE, Trace, TraceError, load, records_of
from engine.protocol.messages import Ending, Lost, LostFact, OutcomeFact, TextFact, ThreadFact
from engine.protocol.records import RECORD, Kind, what
from tests.engine.building import record, records

FACTS = [ThreadFact(1, name="MainThread")]


def many(count: int) -> trace.Records:
    rows = np.zeros(count, DTYPE)
    rows["time"] = np.arange(count)
    return rows


def saved(folder: Path, count: int = 3) -> Path:
    kept = Trace()
    kept.append(many(count))
    kept.save(folder / "a.run", FACTS)
    return folder / "a.run"


def test_that_the_columns_are_those_of_the_wire():
    packed = RECORD.pack(5, -6, 7, 8, what(Kind.LOCK_GOT, 1) + 9)
    rows, rest = records_of(packed + b"odd")
    assert rows.tolist() == [(5, -6, 7, 8, 9, Kind.LOCK_GOT, 1)]
    assert rest == 3


def test_that_records_keep_their_order_across_chunks():
    kept = Trace()
    rows = many(2 * CHUNK + 100)
    for start in range(0, len(rows), CHUNK // 3):
        kept.append(rows[start : start + CHUNK // 3])
    assert len(kept) == len(rows)
    assert np.array_equal(np.concatenate(kept.chunks()), rows)


def test_that_growing_moves_no_record_that_is_there():
    kept = Trace()
    kept.append(many(CHUNK))
    first = kept.chunks()[0]
    kept.append(many(CHUNK))
    assert np.shares_memory(first, kept.chunks()[0])


def test_that_a_saved_run_comes_back_whole(tmp_path: Path):
    kept = Trace()
    kept.append(records(record(1, 2, Kind.PRINT, value=7), record(2, 2, Kind.SLEEP)))
    kept.save(tmp_path / "a.run", FACTS, {"scenario": "counter"})
    again, facts, unread, about = load(tmp_path / "a.run")
    assert about == {"scenario": "counter"}
    assert np.array_equal(again.chunks(), kept.chunks())
    assert (facts, unread) == (FACTS, {})
    assert [path.name for path in tmp_path.iterdir()] == ["a.run"]


def test_that_a_save_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    path = saved(tmp_path)
    before = path.read_bytes()
    circular: list[object] = []
    circular.append(circular)
    with pytest.raises(TraceError, match="cannot write"):
        Trace().save(path, [TextFact(1, circular)])
    assert path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.run"]


def test_that_a_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(TraceError, match=r"cannot write .*nowhere"):
        Trace().save(tmp_path / "nowhere" / "a.run", [])


def test_that_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(TraceError, match=r"cannot read .*a\.run"):
        load(tmp_path / "a.run")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 and so on"])
def test_that_a_foreign_file_is_refused_in_words(tmp_path: Path, content: bytes):
    path = tmp_path / "a.run"
    path.write_bytes(content)
    with pytest.raises(TraceError, match="no saved run"):
        load(path)


def test_that_a_truncated_file_is_refused_wherever_it_is_cut(tmp_path: Path):
    path = saved(tmp_path, 500)
    whole = path.read_bytes()
    for length in range(0, len(whole) - 1, 97):
        path.write_bytes(whole[:length])
        with pytest.raises(TraceError, match="no saved run"):
            load(path)


def rewritten(path: Path, header: dict[str, object], facts: list[object] | None = None) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[trace.HEADER] = json.dumps(header).encode()
    if facts is not None:
        parts[trace.FACTS_FILE] = json.dumps(facts).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_that_a_newer_version_is_refused_by_name(tmp_path: Path):
    path = saved(tmp_path)
    rewritten(path, {"format": trace.FORMAT, "version": trace.VERSION + 1, "records": 3})
    with pytest.raises(TraceError, match="newer Thread Theatre"):
        load(path)


def test_that_missing_records_are_noticed(tmp_path: Path):
    path = saved(tmp_path)
    rewritten(path, {"format": trace.FORMAT, "version": trace.VERSION, "records": 4})
    with pytest.raises(TraceError, match="not whole"):
        load(path)


def test_that_another_programs_archive_is_refused(tmp_path: Path):
    path = saved(tmp_path)
    rewritten(path, {"format": "something else", "version": 1, "records": 3})
    with pytest.raises(TraceError, match="no saved run"):
        load(path)


def test_that_of_an_old_run_what_can_be_read_is_read_and_the_rest_is_named(tmp_path: Path):
    path = saved(tmp_path)
    old = [
        {"fact": "thread", "id": 1, "name": "MainThread", "daemon": False, "process": "", "kind": "thread"},
        {"fact": "lost", "what": "texts", "count": 3, "why": "the limit of a run"},
        {"fact": "unknown", "text": "a + b: NameError: name 'a' is not defined"},
        {"fact": "farewell", "text": "os._exit(3) was called at line 9", "place": 9},
        {"fact": "outcome", "ended": "died", "exit": 1, "title": "ValueError: no", "text": "An exception.", "line": 3},
    ]
    rewritten(path, {"format": trace.FORMAT, "version": 1, "records": 3}, old)
    run = load(path)
    assert run.facts == [ThreadFact(1, "MainThread"), LostFact(Lost.TEXTS, 3), OutcomeFact(Ending.DIED, 1)]
    assert run.unread == {"unknown": 1, "farewell": 1}
    rewritten(path, {"format": trace.FORMAT, "version": 1, "records": 3}, [1])
    with pytest.raises(TraceError, match="no saved run"):
        load(path)
