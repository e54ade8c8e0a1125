"""Tasks of a pool of processes that its end leaves undone, and the pools that leave none."""

from collections.abc import Callable
from pathlib import Path

from engine.frame.finding import Explained, TasksLeft
from engine.session.session import Session
from engine.words.findings import cure, sentence

PATIENCE = 60
START = """
import multiprocessing, time
def work(number):
    time.sleep(number)
    return number
if __name__ == "__main__":
"""
LEFT = """
    with multiprocessing.Pool(1) as pool:
        for number in range(300, 304):
            pool.apply_async(work, (number,))
"""
NONE_LEFT = """
    pool = multiprocessing.Pool(1)
    pool.apply_async(work, (0,))
    pool.close()
    pool.join()
    with multiprocessing.Pool(2) as pool:
        for number in pool.imap_unordered(work, (0, 300, 301)):
            break
"""
GONE = """
    ready = multiprocessing.Event()
    manager = multiprocessing.Manager()
    shared = manager.dict()
    multiprocessing.Process(target=late, args=(ready, shared), name="late").start()
    ready.wait()
"""
LATE = """
def late(ready, shared):
    ready.set()
    while True:
        shared["now"] = time.time()
"""


def found(open_program: Callable[..., Session], path: Path, text: str) -> list[object]:
    path.write_text(text)
    session = open_program(path)
    session.run()
    return [*session.wait(PATIENCE).result.findings]


def test_that_tasks_that_the_end_of_a_pool_leaves_undone_are_counted(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    (finding,) = found(open_program, tmp_path / "program.py", START + LEFT)
    assert isinstance(finding, TasksLeft)
    assert (finding.number, finding.task, finding.line) == (4, "work(300)", 10)
    assert "Not done: 4, such as work(300)" in sentence(finding)
    assert "pool.join()" in cure(finding)


def test_that_a_pool_whose_results_were_taken_left_nothing(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    assert found(open_program, tmp_path / "program.py", START + NONE_LEFT) == []


def test_that_a_manager_that_had_ended_is_explained_and_nobody_is_told_as_not_joined(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    text = START.replace("if __name__", LATE + "if __name__") + GONE
    kinds = [one for one in found(open_program, tmp_path / "program.py", text) if not isinstance(one, Explained)]
    assert [getattr(one, "thread", "") for one in kinds] == ["late"], "the exception alone"
