"""Tasks of a pool of processes that its end leaves undone, and the pools that leave none."""

from collections.abc import Callable
from pathlib import Path

from engine.analysis.run_model import RunModel
from engine.frame.finding import TasksLeft
from engine.protocol.messages import Ending, OutcomeFact, TaskFact
from engine.protocol.records import Kind
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.engine.building import findings_of, named, record, records, running

PATIENCE = 60
START = """
import multiprocessing, time
def work(number):
    time.sleep(number)
    return number
if __name__ == "__main__":
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


def found(open_program: Callable[..., Session], path: Path, text: str) -> list[object]:
    path.write_text(text)
    session = open_program(path)
    session.run()
    return [*session.wait(PATIENCE).result.findings]


def test_that_tasks_that_the_end_of_a_pool_leaves_undone_are_counted() -> None:
    made = RunModel()
    tasks = [TaskFact(number, f"work({number})") for number in range(300, 304)]
    made.note([*named({1: "MainThread"}), *tasks])
    handed_over = [record(1, 1, Kind.TASK_SUBMITTED, number, line=10) for number in range(300, 304)]
    made.feed(records(*running(0, 1), *handed_over, record(5, 1, Kind.MAIN_DONE), record(6, 1, Kind.THREAD_ENDED)))
    assert findings_of(made) == (), "a pool may go on as long as the program does"
    made.note([OutcomeFact(Ending.FINISHED)])
    (finding,) = findings_of(made)
    assert isinstance(finding, TasksLeft)
    assert (finding.number, finding.task, finding.line) == (4, "work(300)", 10)
    assert "Not done: 4, such as work(300)" in sentence(finding)
    assert "pool.join()" in cure(finding)


def test_that_a_pool_whose_results_were_taken_left_nothing(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    assert found(open_program, tmp_path / "program.py", START + NONE_LEFT) == []
