"""Records in chunks, saved and loaded; files that are no saved run."""

import json
import os
import random
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


def archive_of(path: Path, parts: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", kind, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def parts_of(
    records: bytes = b"", facts: bytes = b"[]", about: bytes = b"{}", count: object = None
) -> dict[str, bytes]:
    header = {
        "format": trace.FORMAT,
        "version": trace.VERSION,
        "records": len(records) // 28 if count is None else count,
    }
    return {trace.HEADER: json.dumps(header).encode(), "facts.json": facts, "about.json": about, "records.bin": records}


BOMBS: dict[str, dict[str, bytes]] = {
    "records": parts_of(bytes(28 << 21)),
    "facts": parts_of(facts=b"[" + b"{}," * (11 << 20) + b"{}]"),
    "one fact": parts_of(facts=b'[{"fact": [' + b"[]," * (2 << 20) + b"[]]}]"),
    "spaces": parts_of(facts=b"[" + b" " * (31 << 20) + b"]"),
    "lists": parts_of(about=b"[" + b"[]," * (4 << 20) + b"[]]"),
    "depth": parts_of(about=b"[" * 1_000_000),
    "depth of a fact": parts_of(facts=b'[{"fact": ' + b"[" * 1_000_000),
    "digits": parts_of(about=b"9" * 1_000_000),
    "digits of a fact": parts_of(facts=b'[{"fact": ' + b"9" * 1_000_000 + b"}]"),
    "a promise": parts_of(count=10**30),
    "a promise that is true or false": parts_of(count=True),
    "a header": {**parts_of(), trace.HEADER: b" " * (1 << 20)},
    "half a character": parts_of(facts=b'[{"fact": "\xc3'),
    "a part of a record": parts_of(bytes(29), count=1),
}


@pytest.mark.parametrize("name", BOMBS)
def test_that_a_small_file_takes_no_more_memory_than_it_holds(tmp_path: Path, name: str):
    path = archive_of(tmp_path / "a.run", BOMBS[name])
    assert path.stat().st_size < 2 << 20
    tracemalloc.start()
    try:
        with pytest.raises(TraceError, match=r"a\.run"):
            load(path)
        assert tracemalloc.get_traced_memory()[1] < 200 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_that_what_no_run_is_packed_with_is_not_unpacked(tmp_path: Path, kind: int):
    with pytest.raises(TraceError, match="no saved run"):
        load(archive_of(tmp_path / "a.run", parts_of(), kind))


@pytest.mark.parametrize("flag", [0x1, 0x20, 0x40])
def test_that_an_archive_with_a_password_or_patches_is_refused_in_words(tmp_path: Path, flag: int):
    path = archive_of(tmp_path / "a.run", parts_of())
    data = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        where = data.find(sign)
        while where >= 0:
            data[where + at] |= flag
            where = data.find(sign, where + 1)
    path.write_bytes(data)
    with pytest.raises(TraceError, match="no saved run"):
        load(path)


def test_that_a_directory_of_a_million_members_is_not_read(tmp_path: Path):
    path = archive_of(tmp_path / "a.run", {**parts_of(), **{f"{number:0200}": b"" for number in range(6_000)}})
    with pytest.raises(TraceError, match="no saved run"):
        load(path)


@pytest.mark.skipif(os.name != "posix", reason="has pipes with a name")
def test_that_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "a.run")
    for path in (tmp_path / "a.run", Path("/dev/zero"), tmp_path):
        with pytest.raises(TraceError, match=path.name):
            load(path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_that_a_damaged_file_is_read_or_refused_and_nothing_else(tmp_path: Path, seed: int):
    chance, path = random.Random(seed), saved(tmp_path, 200)
    data = bytearray(path.read_bytes())
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(data))
        data[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    path.write_bytes(data)
    with suppress(TraceError):
        load(path)
