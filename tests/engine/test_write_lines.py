"""Where the text writes the watched value before a lock is given back."""

from engine.stage.recording.write_lines import write_lines


def test_that_a_with_and_a_release_lead_to_the_last_write_before_them() -> None:
    text = (
        "with lock:\n    seen = n\n    n = seen + 1\n"  # 1 to 3
        "def add():\n    global n\n    lock.acquire()\n    try:\n        n += 1\n    finally:\n        lock.release()\n"
        "with (\n    lock\n):\n    n, m = 1, 2\n"  # 11 to 14
    )
    assert write_lines(text, "n") == {1: 3, 10: 8, 11: 14, 12: 14, 13: 14}


def test_that_what_a_function_inside_does_and_other_names_are_no_writes() -> None:
    assert write_lines("with lock:\n    def later():\n        n = 1\n    m = 2\n    a.n = 3\n", "n") == {}
    assert write_lines("with lock:\n    a.n += 3\n", "a.n") == {1: 2}
    assert write_lines("with lock:\n    add()\n", "n") == {}
    assert write_lines("with lock\n", "n") == {}
