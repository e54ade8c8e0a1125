"""For each explanation a program that raises its exception in `go()`, on every Python alike."""

HEAD = """\
import asyncio, collections, concurrent.futures, functools, multiprocessing.pool, os, pickle, queue, signal, socket
import sqlite3, sys, threading, time, traceback
"""
BESIDE = """\
def beside(function):
    one = threading.Thread(target=function, name="beside")
    one.start()
    one.join()
"""
IN_LOOP = """\
def go():
    for one in it:
        beside(change)
"""
KNOWN: dict[str, str] = {
    "thread-no-result": "def go():\n    print(threading.Thread(target=int).result)\n",
    "coroutine-reused": """\
async def one(): pass
async def main():
    asked = one()
    await asked
    await asked
def go():
    asyncio.run(main())
""",
    "thread-is-none": "def go():\n    one = threading.Thread(target=int).start()\n    one.join()\n",
    "result-cancelled": """\
def go():
    one = concurrent.futures.Future()
    one.cancel()
    one.result()
""",
    "file-exists": BESIDE
    + """\
def make():
    if not os.path.exists("results"):
        os.makedirs("results")
def go():
    beside(make)
    os.makedirs("results")
""",
    "name-local": BESIDE
    + """\
count = 0
def add():
    count += 1
def go():
    beside(int)
    add()
""",
    "async-lock-with": """\
async def main():
    lock = asyncio.Lock()
    with lock: pass
def go():
    asyncio.run(main())
""",
    "pool-handed-over": """\
class Job:
    def __init__(self): self.pool = multiprocessing.pool.ThreadPool(1)
    def work(self, number): pass
def go():
    one = Job()
    with one.pool:
        pickle.dumps(one.work)
""",
    "dict-changed": BESIDE + "it = {1: 1}\ndef change(): it[2] = 3\n" + IN_LOOP,
    "set-changed": BESIDE + "it = {1}\ndef change(): it.add(2)\n" + IN_LOOP,
    "deque-changed": BESIDE + "it = collections.deque([1, 2])\ndef change(): it.append(2)\n" + IN_LOOP,
    "generator-shared": """\
inside, over = threading.Event(), threading.Event()
def numbers():
    inside.set()
    over.wait()
    yield 1
def go():
    one = numbers()
    first = threading.Thread(target=lambda: next(one), name="first")
    first.start()
    inside.wait()
    try:
        next(one)
    finally:
        over.set()
        first.join()
""",
    "async-generator-shared": """\
async def numbers():
    await asyncio.sleep(0.01)
    yield 1
async def main():
    one = numbers()
    await asyncio.gather(one.__anext__(), one.__anext__())
def go():
    asyncio.run(main())
""",
    "sqlite-other-thread": """\
made = []
def go():
    one = threading.Thread(target=lambda: made.append(sqlite3.connect(":memory:")), name="opener")
    one.start()
    one.join()
    made[0].execute("select 1")
""",
    "pickle-lock": """\
class Counter:
    def __init__(self):
        self.lock = threading.Lock()
    def add(self, number):
        return number
def go():
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        pool.submit(Counter().add, 1).result()
""",
    "pickle-open-thing": "def go():\n    pickle.dumps({1: (n for n in range(3))})\n",
    "pickle-lambda": """\
def go():
    multiprocessing.get_context("spawn").Process(target=lambda: print("hello"), name="child").start()
""",
    "pickle-local": """\
def go():
    def work(): pass
    multiprocessing.get_context("spawn").Process(target=work, name="child").start()
""",
    "pickle-other-object": """\
def loud(function):
    @functools.wraps(function)
    def call(*words): return function(*words)
    return call
def work(): pass
plain, work = work, loud(work)
def go():
    pickle.dumps(plain)
""",
    "process-lock-by-argument": "def go():\n    pickle.dumps(multiprocessing.Lock())\n",
    "thread-started-twice": """\
def go():
    one = threading.Thread(target=int)
    one.start()
    one.join()
    one.start()
""",
    "process-started-twice": """\
def go():
    one = multiprocessing.get_context("fork").Process(target=int)
    one.start()
    one.join()
    one.start()
""",
    "thread-not-begun": """\
class Reader(threading.Thread):
    def __init__(self, path):
        self.path = path
def go():
    Reader("a").start()
""",
    "thread-daemon-late": """\
def go():
    over = threading.Event()
    one = threading.Thread(target=over.wait)
    one.start()
    try:
        one.daemon = True
    finally:
        over.set()
        one.join()
""",
    "thread-local-empty": "here = threading.local()\ndef go():\n    print(here.user)\n",
    "pool-shut-down": """\
def go():
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pass
    pool.submit(int)
""",
    "pool-closed": """\
def go():
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pass
    pool.apply(int)
""",
    "pop-from-empty": BESIDE
    + "def go():\n    items = [1]\n    if items:\n        beside(items.pop)\n        items.pop()\n",
    "queue-empty": BESIDE
    + """\
def go():
    items = queue.Queue()
    beside(int)
    items.get_nowait()
""",
    "loop-closed": """\
def go():
    loop = asyncio.new_event_loop()
    loop.close()
    loop.call_soon(int)
""",
    "no-running-loop": "def go():\n    asyncio.get_running_loop()\n",
    "no-loop-in-thread": """\
found = []
def ask():
    try:
        asyncio.get_event_loop()
    except RuntimeError as error:
        found.append(error)
def go():
    one = threading.Thread(target=ask, name="asker")
    one.start()
    one.join()
    raise found[0]
""",
    "other-loop": """\
async def make():
    return asyncio.get_running_loop().create_future()
async def use(future):
    await future
def go():
    loop = asyncio.new_event_loop()
    future = loop.run_until_complete(make())
    loop.close()
    asyncio.run(use(future))
""",
    "loop-in-loop": """\
async def main():
    loop = asyncio.get_running_loop()
    other = asyncio.new_event_loop()
    waiting = asyncio.sleep(0)
    try:
        other.run_until_complete(waiting)
    finally:
        waiting.close()
        other.close()
def go():
    asyncio.run(main())
""",
    "release-unlocked": "def go():\n    lock = threading.Lock()\n    lock.release()\n",
    "release-not-owner": "def go():\n    lock = threading.RLock()\n    lock.release()\n",
    "condition-without-lock": "def go():\n    ready = threading.Condition()\n    ready.notify()\n",
    "semaphore-too-often": "def go():\n    places = threading.BoundedSemaphore(1)\n    places.release()\n",
    "task-done-too-often": "def go():\n    jobs = queue.Queue()\n    jobs.task_done()\n",
    "join-itself": "def go():\n    threading.current_thread().join()\n",
    "join-before-start": "def go():\n    one = threading.Thread(target=int)\n    one.join()\n",
    "process-pool-broken": """\
def go():
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        pool.submit(os._exit, 1).result()
""",
    "barrier-broken": "def go():\n    gate = threading.Barrier(2)\n    gate.abort()\n    gate.wait()\n",
    "closed-file": BESIDE
    + """\
def go():
    with open(os.devnull, "w") as file:
        beside(int)
    file.write("a")
""",
    "signal-in-thread": """\
found = []
def ask():
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    except ValueError as error:
        found.append(error)
def go():
    one = threading.Thread(target=ask, name="asker")
    one.start()
    one.join()
    raise found[0]
""",
    "too-many-threads": """\
def go():
    threading.stack_size(2**46)  # more than any machine has: as when the system gives no thread
    try:
        threading.Thread(target=int, name="one too many").start()
    finally:
        threading.stack_size(0)
""",
    "context-variable-empty": BESIDE
    + """\
import contextvars
user = contextvars.ContextVar("user")
def go():
    beside(int)
    user.get()
""",
    "queue-full": "def go():\n    jobs = queue.Queue(1)\n    jobs.put(1)\n    jobs.put_nowait(2)\n",
    "sqlite-locked": """\
def go():
    first = sqlite3.connect("file:locked?mode=memory&cache=shared", uri=True)
    second = sqlite3.connect("file:locked?mode=memory&cache=shared", uri=True, timeout=0)
    try:
        first.execute("create table names (name)")
        first.commit()
        first.execute("insert into names values (1)")
        second.execute("insert into names values (2)")
    finally:
        second.close()
        first.close()
""",
    "future-twice": """\
def go():
    future = concurrent.futures.Future()
    future.set_result(1)
    future.set_result(2)
""",
    "daemon-has-children": """\
def inner(): multiprocessing.get_context("fork").Process(target=int).start()
def go():
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.apply(inner)
""",
    "manager-object-gone": """\
def go():
    with multiprocessing.get_context("fork").Manager() as manager:
        names = manager.list()
        gone = type(names._token)(names._token.typeid, names._token.address, "7f00c0ffee00")
        type(names)(gone, "pickle", authkey=names._authkey)
""",
    "result-not-sent": """\
def make(): return lambda: 1
def go():
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.apply(make)
""",
    "await-forgotten": """\
async def names(): return [1]
def go():
    asked = names()
    try:
        for one in asked: pass
    finally:
        asked.close()
""",
    "await-of-no-coroutine": "async def main():\n    await len([])\ndef go():\n    asyncio.run(main())\n",
    "coroutine-expected": "async def main(): pass\ndef go():\n    asyncio.run(main)\n",
    "start-method-twice": """\
def go():
    try:
        multiprocessing.set_start_method("spawn")
    except RuntimeError:
        pass
    multiprocessing.set_start_method("fork")
""",
    "not-its-child": """\
def go():
    one = multiprocessing.get_context("fork").Process(target=int)
    one.start()
    one.join()
    one._parent_pid = 0
    one.join()
""",
    "result-too-early": """\
async def main():
    asyncio.get_running_loop().create_future().result()
def go():
    asyncio.run(main())
""",
    "arguments-missing": """\
def work(first, second): pass
def go():
    threading.Thread(target=work, args=(1,)).run()
""",
    "remove-missing": BESIDE + "def go():\n    items = [1]\n    beside(items.clear)\n    items.remove(1)\n",
}

VARIANTS: dict[str, list[str]] = {  # other messages of the same explanation
    "dict-changed": [
        BESIDE + "it = {1: 1}\ndef change():\n    del it[1]\n    it[2] = 3\n" + IN_LOOP,
        BESIDE + "it = collections.OrderedDict(a=1, b=2)\ndef change(): it['c'] = 3\n" + IN_LOOP,
    ],
    "pickle-lock": [
        "def go():\n    pickle.dumps(threading.RLock())\n",
        "def go():\n    pickle.dumps(threading.local())\n",
        "def go():\n    pickle.dumps(queue.Queue())\n",
    ],
    "pickle-open-thing": ["def go():\n    with open(os.devnull) as file:\n        pickle.dumps(file)\n"],
    "pickle-lambda": ["twice = lambda n: 2 * n\ndef go():\n    pickle.dumps(twice)\n"],
    "pickle-local": ["def go():\n    class Point: pass\n    pickle.dumps(Point())\n"],
    "pop-from-empty": [
        BESIDE + "def go():\n    beside(int)\n    collections.deque().popleft()\n",
        BESIDE + "def go():\n    beside(int)\n    set().pop()\n",
        BESIDE + "def go():\n    beside(int)\n    {}.popitem()\n",
    ],
    "queue-empty": [BESIDE + "def go():\n    beside(int)\n    queue.SimpleQueue().get(block=False)\n"],
    "loop-in-loop": [
        """\
async def main():
    waiting = asyncio.sleep(0)
    try:
        asyncio.run(waiting)
    finally:
        waiting.close()
def go():
    asyncio.run(main())
""",
        """\
async def main():
    waiting = asyncio.sleep(0)
    try:
        asyncio.get_running_loop().run_until_complete(waiting)
    finally:
        waiting.close()
def go():
    asyncio.run(main())
""",
    ],
    "other-loop": [
        """\
async def hold(lock):
    async with lock:
        await asyncio.sleep(0.01)
async def main(lock):
    await asyncio.gather(hold(lock), hold(lock))
def go():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    lock = asyncio.Lock()
    loop.run_until_complete(main(lock))
    asyncio.run(main(lock))
"""
    ],
    "release-unlocked": ["async def main(): asyncio.Lock().release()\ndef go():\n    asyncio.run(main())\n"],
    "release-not-owner": ["def go():\n    multiprocessing.RLock().release()\n"],
    "condition-without-lock": ["def go():\n    threading.Condition().wait()\n"],
    "semaphore-too-often": ["def go():\n    multiprocessing.Lock().release()\n"],
    "closed-file": [
        BESIDE + 'def go():\n    beside(int)\n    with open(os.devnull, "rb") as file: pass\n    file.read()\n'
    ],
    "process-lock-by-argument": ["def go():\n    pickle.dumps(multiprocessing.Queue())\n"],
    "queue-full": [
        "async def main():\n    jobs = asyncio.Queue(1)\n    jobs.put_nowait(1)\n    jobs.put_nowait(2)\n"
        "def go():\n    asyncio.run(main())\n"
    ],
    "async-lock-with": [
        "async def main():\n    async with threading.Lock(): pass\ndef go():\n    asyncio.run(main())\n",
    ],
    "future-twice": [
        "async def main():\n    one = asyncio.get_running_loop().create_future()\n"
        "    one.set_result(1)\n    one.set_result(2)\ndef go():\n    asyncio.run(main())\n"
    ],
    "await-forgotten": [
        "async def names(): return [1]\n"
        "def go():\n    asked = names()\n    try:\n        " + wrong + "\n    finally:\n        asked.close()\n"
        for wrong in ("asked[0]", "asked.append(1)", "len(asked)", "1 + asked", "asked + 1")
    ],
    "coroutine-expected": [
        "async def main():\n    asyncio.create_task(None)\ndef go():\n    asyncio.run(main())\n",
        "async def main():\n    await asyncio.gather(None)\ndef go():\n    asyncio.run(main())\n",
    ],
    "not-its-child": [
        """\
def go():
    one = multiprocessing.get_context("fork").Process(target=int)
    one.start()
    one.join()
    one._parent_pid = 0
    one.is_alive()
"""
    ],
    "remove-missing": [BESIDE + "def go():\n    beside(int)\n    collections.deque().remove(1)\n"],
    "pool-shut-down": [
        "def go():\n    with concurrent.futures.ProcessPoolExecutor(1) as pool: pass\n    pool.submit(int)\n"
    ],
}
