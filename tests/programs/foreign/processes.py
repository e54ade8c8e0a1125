"""Processes, their queues, locks and ends: everything is printed by the parent."""

import multiprocessing
import os
import queue
import sys
import time
from multiprocessing import Barrier, Condition, Event, JoinableQueue, Lock, Pipe, Process, Queue, RLock, Semaphore
from multiprocessing import BoundedSemaphore, SimpleQueue, Value


class Adder(Process):
    def __init__(self, lock, value, rounds):
        super().__init__(name="Adder")
        self.lock, self.value, self.rounds = lock, value, rounds

    def run(self):
        for _ in range(self.rounds):
            with self.lock:
                self.value.value += 1


def answer(questions, answers):
    for question in iter(questions.get, None):
        answers.put((question, question**2))
        questions.task_done()
    questions.task_done()


def meet(barrier, event, condition, found):
    index = barrier.wait()
    event.wait()
    with condition:
        found.put(index)
        condition.notify()


def talk(pipe):
    pipe.send(pipe.recv().upper())
    pipe.close()


def leave(how):
    if how == "exit":
        sys.exit(3)
    if how == "words":
        sys.exit("words")
    if how == "hard":
        os._exit(4)


def late(gate):
    gate.acquire()


def refused(action):
    try:
        action()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "nothing"


def main():
    lock, value = Lock(), Value("i", 0, lock=False)
    adders = [Adder(lock, value, 50) for _ in range(3)]
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join()
    print(value.value, [adder.exitcode for adder in adders], [adder.is_alive() for adder in adders])

    questions, answers = JoinableQueue(), Queue()
    worker = Process(target=answer, args=(questions, answers))
    worker.start()
    for number in [1, 2, 3, None]:
        questions.put(number)
    questions.join()
    print(sorted(answers.get(timeout=20) for _ in range(3)))
    worker.join()
    print(refused(questions.task_done), refused(answers.get_nowait))
    try:
        answers.get(timeout=0.01)
    except queue.Empty:
        print("still empty", answers.empty())

    barrier, event, condition, found = Barrier(2), Event(), Condition(), SimpleQueue()
    pair = [Process(target=meet, args=(barrier, event, condition, found)) for _ in range(2)]
    with condition:
        for one in pair:
            one.start()
        event.set()
        print(condition.wait_for(lambda: not found.empty(), timeout=20))
    for one in pair:
        one.join()
    print(sorted([found.get(), found.get()]), event.is_set(), event.wait(0.01), found.empty())
    event.clear()
    print(event.wait(0.01), refused(lambda: Barrier(2).wait(0.01)))

    ours, theirs = Pipe()
    talker = Process(target=talk, args=(theirs,))
    talker.start()
    ours.send("text")
    print(ours.recv())
    talker.join()

    for how in ("exit", "hard", "well"):
        leaver = Process(target=leave, args=(how,))
        print(leaver.exitcode, leaver.is_alive())
        leaver.start()
        leaver.join(20)
        print(how, leaver.exitcode, refused(leaver.start))
        leaver.close()
        print(refused(lambda: leaver.exitcode))

    gate = Semaphore(0)
    waiting = Process(target=late, args=(gate,), daemon=True)
    waiting.start()
    waiting.join(0.05)
    print(waiting.is_alive(), waiting in multiprocessing.active_children(), waiting.daemon)
    gate.release()
    waiting.join()
    print(waiting.exitcode, multiprocessing.active_children())
    waiting = Process(target=late, args=(gate,))
    waiting.start()
    waiting.terminate()
    waiting.join()
    print(waiting.exitcode != 0)

    lock.acquire()
    print(lock.acquire(False), lock.acquire(timeout=0.01))
    lock.release()
    print(refused(lock.release))
    again = RLock()
    with again, again:
        pass
    print(refused(again.release))
    few = BoundedSemaphore(2)
    print(few.acquire(), few.acquire(), few.acquire(False), refused(few.release), refused(few.release))
    print(refused(few.release))
    print(refused(lambda: condition.wait(0.01)), refused(condition.notify))
    print(refused(lambda: Process("group")), refused(lambda: multiprocessing.get_context("teleport")))
    full = Queue(1)
    full.put(1)
    print(refused(lambda: full.put(2, timeout=0.01)), refused(lambda: full.put_nowait(2)))
    print(full.get(timeout=20))
    full.close()
    print(refused(lambda: full.put(3)).partition(" ")[0])
    began = time.monotonic()
    print(Lock().acquire(timeout=1), time.monotonic() - began < 1)
    print(multiprocessing.current_process().name, multiprocessing.parent_process(), isinstance(lock, type(Lock())))


if __name__ == "__main__":
    main()
