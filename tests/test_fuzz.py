"""A short form of `python -m bench fuzz`: damaged inputs of every kind are read or refused, and nothing else."""

import random

import pytest

from bench import _fuzz_samples, _fuzzed, _mutations, fuzz

FEW = {"streams": 40, "saved-runs": 60, "command-lines": 8, "scenarios": 40, "lessons": 40}  # what is dear
MANY = 150


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> _fuzzed.Samples:
    folder = tmp_path_factory.mktemp("fuzz")
    return _fuzzed.Samples(_fuzz_samples.record(folder), folder)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")  # of damaged texts that Python compiles
@pytest.mark.parametrize("kind", list(_fuzzed.KINDS))
def test_that_a_damaged_input_is_read_or_refused_and_nothing_else(kind: str, given: _fuzzed.Samples) -> None:
    seed = 20_000  # the same inputs each time; the bench tries others
    once = _fuzzed.KINDS[kind](given)
    for number in range(FEW.get(kind, MANY)):
        mine = seed + number
        try:
            once(random.Random(mine))
        except Exception as error:
            raise AssertionError(f"python -m bench fuzz {kind} --only {mine}") from error


def test_that_fuzzing_counts_what_is_not_foreseen(
    given: _fuzzed.Samples, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def bad(chance: random.Random) -> None:
        if chance.random() < 0.5:
            raise IndexError("not foreseen")

    monkeypatch.setitem(_fuzzed.KINDS, "links", lambda _: bad)
    faults = fuzz.tried("links", 40, 1, given)
    assert 5 < sum(faults.values()) < 35
    assert "IndexError" in capsys.readouterr().out


def test_that_the_same_number_makes_the_same_input(given: _fuzzed.Samples) -> None:
    first = [_mutations.bytes_of(random.Random(n), given.streams[0]) for n in range(50)]
    assert first == [_mutations.bytes_of(random.Random(n), given.streams[0]) for n in range(50)]
    assert sum(one != given.streams[0] for one in first) > 40
