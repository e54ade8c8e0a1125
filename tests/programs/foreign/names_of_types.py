"""Messages name the types that they name outside."""

import asyncio
import copy
import os
import pickle
import queue
import threading
import time
from concurrent.futures import Future


def tried(act):
    try:
        print(act())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


async def main():
    task = asyncio.current_task()
    for act in (lambda: task.nothing, lambda: asyncio.Task.nothing, lambda: task < 1, lambda: type(task).__name__):
        tried(act)


asyncio.run(main())
with open(__file__, "rb") as data, open(__file__, encoding="utf-8") as text, open(os.devnull, "wb") as out:
    things = [
        *(threading.Lock(), threading.RLock(), threading.Condition(), threading.Event(), threading.Semaphore()),
        *(threading.Barrier(2), threading.Thread(name="T"), threading.Timer(1, print), queue.Queue()),
        *(queue.SimpleQueue(), Future(), data, text, out, time.sleep, print, open, threading),
    ]
    for thing in things:
        print(type(thing).__name__, type(thing).__qualname__, type(thing).__module__)
        tried(lambda: thing.nothing)
        tried(lambda: type(thing).nothing)
        tried(lambda: thing + 1)
        tried(lambda: len(thing))
        if not callable(thing):
            tried(lambda: pickle.dumps(thing) and "pickled")
    tried(lambda: copy.copy(threading.Lock()))
    tried(lambda: threading.Lock()())
