"""Small programs and what is to be suspected of them: one table of those that break, one of those that only look like it.

A program is a body and how it is started. `TWO` starts `work` twice, `MANY` in a loop, `POOL` in a pool of threads.
"""

import textwrap

TWO = """
a = threading.Thread(target=work); b = threading.Thread(target=work)
a.start(); b.start(); a.join(); b.join()
"""
MANY = """
threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
"""
NUMBERED = """
threads = []
for n in range(4):
    threads.append(threading.Thread(target=work, args=(n,)))
for t in threads:
    t.start()
for t in threads:
    t.join()
"""
POOL = """
with ThreadPoolExecutor(4) as pool:
    for n in range(10):
        pool.submit(work)
"""
TASKS = """
async def main():
    await asyncio.gather(*(work() for _ in range(3)))
asyncio.run(main())
"""
ONE = """
t = threading.Thread(target=work)
t.start()
t.join()
"""
HEAD = """
import asyncio, collections, functools, itertools, os, queue, random, threading, time, multiprocessing
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor
from threading import Lock, Thread
"""


def program(body: str, start: str = MANY) -> str:
    """The whole text; the body begins in line 1, what is imported stands behind it on the same line."""
    return textwrap.dedent(body).strip("\n") + "\n" + start


def marked(kind: str, certainty: str, line: int) -> tuple[str, str, int]:
    return kind, certainty, line


def whole(body: str, start: str) -> str:
    """With the imports in the first line, so that the body begins in the second one."""
    imports = "; ".join(HEAD.strip().splitlines()[:1])
    more = "from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor; from threading import Lock, Thread"
    return f"{imports}; {more}\n" + program(body, start)


RMW, CTA, WRITE = "read-modify-write", "check-then-act", "shared-write"
NO_COMMON, OWN, LOOP = "no-common-lock", "own-lock", "changed-in-loop"

# name, body, start, what is marked: (kind, certainty, line from 2)
BREAKS: list[tuple[str, str, str, set[tuple[str, str, int]]]] = [
    ("add to a global", "n = 0\ndef work():\n    global n\n    n += 1", MANY, {(RMW, "LIKELY", 5)}),
    ("add to a global, two threads by hand", "n = 0\ndef work():\n    global n\n    n += 1", TWO, {(RMW, "LIKELY", 5)}),
    ("add to a global in a pool", "n = 0\ndef work():\n    global n\n    n += 1", POOL, {(RMW, "LIKELY", 5)}),
    ("written out", "n = 0\ndef work():\n    global n\n    n = n + 1", MANY, {(RMW, "LIKELY", 5)}),
    ("with a call", "n = 0\ndef work():\n    global n\n    n += len('a')", MANY, {(RMW, "SURELY", 5)}),
    (
        "by way of a local name",
        "n = 0\ndef work():\n    global n\n    seen = n\n    time.sleep(0)\n    n = seen + 1",
        MANY,
        {(RMW, "SURELY", 7)},
    ),
    (
        "by way of two local names",
        "n = 0\ndef work():\n    global n\n    a = n\n    b = a + 1\n    n = b",
        MANY,
        {(RMW, "LIKELY", 7)},
    ),
    ("an item with a fixed key", "d = {'a': 0}\ndef work():\n    d['a'] += 1", MANY, {(RMW, "LIKELY", 4)}),
    (
        "an item with any key",
        "d = {}\ndef work():\n    for k in 'abc':\n        d[k] = d.get(k, 0) + 1",
        MANY,
        {(RMW, "POSSIBLE", 5)},
    ),
    ("an item of a list", "d = [0]\ndef work():\n    d[0] += 1", MANY, {(RMW, "LIKELY", 4)}),
    ("a counter of collections", "c = collections.Counter()\ndef work():\n    c['x'] += 1", MANY, {(RMW, "LIKELY", 4)}),
    (
        "an attribute of one object",
        "class C:\n    def __init__(self):\n        self.n = 0\n    def add(self):\n        self.n += 1\nc = C()\ndef work():\n    c.add()",
        MANY,
        {(RMW, "LIKELY", 6)},
    ),
    (
        "an attribute from outside",
        "class C:\n    n = 0\nc = C()\ndef work():\n    c.n += 1",
        MANY,
        {(RMW, "LIKELY", 6)},
    ),
    (
        "a bound method as target",
        "class C:\n    def __init__(self):\n        self.n = 0\n    def add(self):\n        self.n += 1\nwork = C().add",
        MANY,
        {(RMW, "LIKELY", 6)},
    ),
    (
        "an object that is handed over",
        "class C:\n    n = 0\ndef add(c):\n    c.n += 1\nc = C()\nwork = functools.partial(add, c)\n",
        "for _ in range(3):\n    threading.Thread(target=add, args=(c,)).start()",
        {(RMW, "LIKELY", 5)},
    ),
    (
        "a class attribute",
        "class C:\n    n = 0\n    def work(self):\n        C.n += 1\n",
        "for _ in range(3):\n    Thread(target=C().work).start()",
        {(RMW, "LIKELY", 5)},
    ),
    (
        "a class attribute of thread objects",
        "class T(Thread):\n    n = 0\n    def run(self):\n        T.n += 1\n",
        "for _ in range(3):\n    T().start()",
        {(RMW, "LIKELY", 5)},
    ),
    (
        "a nonlocal name",
        "def go():\n    n = 0\n    def work():\n        nonlocal n\n        n += 1\n    ts = [Thread(target=work) for _ in range(2)]\n"
        "    for t in ts: t.start()\n    for t in ts: t.join()\ngo()",
        "",
        {(RMW, "LIKELY", 6)},
    ),
    (
        "through a call",
        "n = 0\ndef add():\n    global n\n    n += 1\ndef work():\n    add()",
        MANY,
        {(RMW, "LIKELY", 5)},
    ),
    (
        "two functions, one name",
        "n = 0\ndef up():\n    global n\n    n += 1\ndef down():\n    global n\n    n -= 1\n",
        "a = Thread(target=up); b = Thread(target=down)\na.start(); b.start(); a.join(); b.join()",
        {(RMW, "LIKELY", 5), (RMW, "LIKELY", 8)},
    ),
    (
        "main thread beside",
        "n = 0\ndef work():\n    global n\n    n += 1\n",
        "t = Thread(target=work)\nt.start()\nn += 1\nt.join()",
        {(RMW, "LIKELY", 5), (RMW, "LIKELY", 8)},
    ),
    (
        "a timer beside main",
        "n = 0\ndef work():\n    global n\n    n += 1\n",
        "t = threading.Timer(1, work)\nt.start()\nn += 1\nt.join()",
        {(RMW, "LIKELY", 5), (RMW, "LIKELY", 8)},
    ),
    (
        "map of a pool",
        "n = 0\ndef work(x):\n    global n\n    n += x\n",
        "with ThreadPoolExecutor(3) as p:\n    list(p.map(work, range(9)))",
        {(RMW, "LIKELY", 5)},
    ),
    (
        "a thread pool of multiprocessing",
        "from multiprocessing.pool import ThreadPool\nn = 0\ndef work(x):\n    global n\n    n += x\n",
        "with ThreadPool(3) as p:\n    p.map(work, range(9))",
        {(RMW, "LIKELY", 6)},
    ),
    (
        "joblib with threads",
        "from joblib import Parallel, delayed\nn = 0\ndef work(x):\n    global n\n    n += x\n",
        "Parallel(n_jobs=2, backend='threading')(delayed(work)(x) for x in range(9))",
        {(RMW, "LIKELY", 6)},
    ),
    (
        "to_thread",
        "n = 0\ndef work():\n    global n\n    n += 1\n",
        "async def main():\n    await asyncio.gather(*(asyncio.to_thread(work) for _ in range(3)))\nasyncio.run(main())",
        {(RMW, "LIKELY", 5)},
    ),
    (
        "one of several functions",
        "n = 0\ndef a():\n    global n\n    n += 1\ndef b():\n    pass\nwork = {'a': a, 'b': b}['a']",
        MANY,
        {(RMW, "LIKELY", 5)},
    ),
    (
        "a lock in each call",
        "n = 0\ndef work():\n    global n\n    with Lock():\n        n += 1",
        MANY,
        {(OWN, "SURELY", 5), (OWN, "LIKELY", 6)},
    ),
    (
        "a local lock",
        "n = 0\ndef work():\n    global n\n    lock = Lock()\n    with lock:\n        n += 1",
        MANY,
        {(OWN, "SURELY", 6), (OWN, "LIKELY", 7)},
    ),
    (
        "a lock of each thread object",
        "n = 0\nclass T(Thread):\n    def __init__(self):\n        super().__init__()\n        self.lock = Lock()\n    def run(self):\n"
        "        global n\n        with self.lock:\n            n += 1\n",
        "ts = [T() for _ in range(2)]\nfor t in ts: t.start()\nfor t in ts: t.join()",
        {(OWN, "LIKELY", 10)},
    ),
    (
        "a new lock for each thread",
        "n = 0\ndef work(lock):\n    global n\n    with lock:\n        n += 1\n",
        "for _ in range(3):\n    Thread(target=work, args=(Lock(),)).start()",
        {(OWN, "LIKELY", 6)},
    ),
    (
        "guarded in one of two places",
        "n = 0\nlock = Lock()\ndef up():\n    global n\n    with lock:\n        n += 1\ndef down():\n    global n\n    n -= 1\n",
        "a = Thread(target=up); b = Thread(target=down)\na.start(); b.start(); a.join(); b.join()",
        {(NO_COMMON, "LIKELY", 10)},
    ),
    (
        "two locks for one name",
        "n = 0\na = Lock()\nb = Lock()\ndef up():\n    global n\n    with a:\n        n += 1\ndef down():\n    global n\n    with b:\n"
        "        n -= 1\n",
        "s = Thread(target=up); t = Thread(target=down)\ns.start(); t.start(); s.join(); t.join()",
        {(NO_COMMON, "LIKELY", 8), (NO_COMMON, "LIKELY", 12)},
    ),
    (
        "a semaphore for three",
        "n = 0\ns = threading.Semaphore(3)\ndef work():\n    global n\n    with s:\n        n += 1",
        MANY,
        {(RMW, "LIKELY", 7)},
    ),
    (
        "check a key, then put it",
        "d = {}\ndef work():\n    if 'k' not in d:\n        d['k'] = object()",
        MANY,
        {(CTA, "LIKELY", 4)},
    ),
    (
        "made when first needed",
        "x = None\ndef work():\n    global x\n    if x is None:\n        x = object()",
        MANY,
        {(CTA, "LIKELY", 5)},
    ),
    (
        "look, sleep, take",
        "b = 100\ndef work():\n    global b\n    if b >= 10:\n        time.sleep(1)\n        b -= 10",
        MANY,
        {(CTA, "SURELY", 5), (RMW, "LIKELY", 7)},
    ),
    (
        "look, then pop",
        "items = [1, 2]\ndef work():\n    while items:\n        items.pop()",
        MANY,
        {(CTA, "LIKELY", 4)},
    ),
    (
        "not empty, then get",
        "q = queue.Queue()\ndef work():\n    while not q.empty():\n        q.get()",
        MANY,
        {(CTA, "LIKELY", 4)},
    ),
    (
        "no such file, then write",
        "path = 'x'\ndef work():\n    if not os.path.exists(path):\n        with open(path, 'w') as f:\n            f.write('x')",
        MANY,
        {(CTA, "LIKELY", 4)},
    ),
    (
        "file exists, then remove",
        "path = 'x'\ndef work():\n    if os.path.exists(path):\n        os.remove(path)",
        MANY,
        {(CTA, "LIKELY", 4)},
    ),
    (
        "read a file, write it back",
        "path = 'x'\ndef work():\n    with open(path) as f:\n        n = int(f.read())\n    with open(path, 'w') as f:\n        f.write(str(n + 1))",
        MANY,
        {(RMW, "SURELY", 6)},
    ),
    (
        "looked under the lock, acted under it again",
        "b = 100\nlock = Lock()\ndef work():\n    global b\n    with lock:\n        ok = b >= 10\n    if ok:\n        with lock:\n"
        "            b -= 10",
        MANY,
        {(CTA, "LIKELY", 7)},
    ),
    (
        "read under the lock, written under it again",
        "n = 0\nlock = Lock()\ndef work():\n    global n\n    with lock:\n        seen = n\n    with lock:\n        n = seen + 1",
        MANY,
        {(RMW, "LIKELY", 9)},
    ),
    (
        "looked before the lock",
        "x = None\nlock = Lock()\ndef work():\n    global x\n    if x is None:\n        with lock:\n            x = object()",
        MANY,
        {(CTA, "LIKELY", 6)},
    ),
    (
        "returned early",
        "x = None\ndef work():\n    global x\n    if x is not None:\n        return x\n    x = object()\n    return x",
        MANY,
        {(CTA, "LIKELY", 5)},
    ),
    (
        "gone through while it grows",
        "d = {}\ndef work():\n    d[object()] = 1\ndef look():\n    for k in d:\n        print(k)\n",
        "a = Thread(target=work); b = Thread(target=look)\na.start(); b.start(); a.join(); b.join()",
        {(LOOP, "LIKELY", 6)},
    ),
    (
        "two locks in both orders",
        "a = Lock()\nb = Lock()\ndef one():\n    with a:\n        with b: pass\ndef two():\n    with b:\n        with a: pass\n",
        "s = Thread(target=one); t = Thread(target=two)\ns.start(); t.start(); s.join(); t.join()",
        {("lock-order", "LIKELY", 6), ("lock-order", "LIKELY", 9)},
    ),
    (
        "two locks in both orders, through a call",
        "a = Lock()\nb = Lock()\ndef inner():\n    with b: pass\ndef one():\n    with a: inner()\ndef two():\n    with b:\n        with a: pass\n",
        "s = Thread(target=one); t = Thread(target=two)\ns.start(); t.start(); s.join(); t.join()",
        {("lock-order", "LIKELY", 5), ("lock-order", "LIKELY", 10)},
    ),
    (
        "a lock that it has",
        "lock = Lock()\ndef work():\n    with lock:\n        with lock: pass",
        ONE,
        {("lock-taken-twice", "SURELY", 5)},
    ),
    (
        "a lock that its caller has",
        "lock = Lock()\ndef inner():\n    with lock: pass\ndef work():\n    with lock:\n        inner()",
        ONE,
        {("lock-taken-twice", "SURELY", 7)},
    ),
    (
        "never released",
        "lock = Lock()\ndef work():\n    lock.acquire()\n    print()",
        MANY,
        {("not-released", "LIKELY", 4)},
    ),
    (
        "a way out before release",
        "lock = Lock()\ndef work():\n    lock.acquire()\n    if random.random() < 0.5:\n        return\n    lock.release()",
        MANY,
        {("not-released", "SURELY", 4)},
    ),
    (
        "wait with if",
        "c = threading.Condition()\nready = False\ndef work():\n    with c:\n        if not ready:\n            c.wait()",
        ONE,
        {("wait-without-loop", "LIKELY", 7)},
    ),
    ("called target", "def work():\n    print()\n", "Thread(target=work()).start()", {("target-called", "SURELY", 4)}),
    (
        "called target in submit",
        "def work():\n    print()\n",
        "with ThreadPoolExecutor() as p:\n    p.submit(work())",
        {("target-called", "SURELY", 5)},
    ),
    ("sleep in a coroutine", "async def work():\n    time.sleep(1)\n", TASKS, {("blocks-loop", "SURELY", 3)}),
    (
        "sleep below a coroutine",
        "def slow():\n    time.sleep(1)\nasync def work():\n    slow()\n",
        TASKS,
        {("blocks-loop", "LIKELY", 5)},
    ),
    (
        "set, then clear",
        "e = threading.Event()\ndef work():\n    e.wait()\n",
        "t = Thread(target=work)\nt.start()\ne.set()\ne.clear()",
        {("set-then-clear", "LIKELY", 7)},
    ),
    (
        "one generator for all",
        "def gen():\n    yield 1\ng = gen()\ndef work():\n    for x in g:\n        print(x)",
        MANY,
        {("shared-generator", "SURELY", 6)},
    ),
    (
        "a generator expression for all",
        "g = (x for x in range(9))\ndef work():\n    next(g)",
        MANY,
        {("shared-generator", "SURELY", 4)},
    ),
    (
        "asks again and again",
        "ready = False\ndef work():\n    while not ready:\n        pass",
        ONE,
        {("busy-wait", "SURELY", 4)},
    ),
    (
        "across an await",
        "n = 0\nasync def work():\n    global n\n    seen = n\n    await asyncio.sleep(0)\n    n = seen + 1\n",
        TASKS,
        {(RMW, "SURELY", 7)},
    ),
    (
        "look, await, act",
        "x = None\nasync def work():\n    global x\n    if x is None:\n        await asyncio.sleep(0)\n        x = object()\n",
        TASKS,
        {(CTA, "SURELY", 5)},
    ),
    (
        "a value of processes",
        "n = multiprocessing.Value('i', 0)\ndef work():\n    n.value += 1\n",
        "for _ in range(3):\n    multiprocessing.Process(target=work).start()",
        {(RMW, "LIKELY", 4)},
    ),
    (
        "written over",
        "best = None\ndef work(n):\n    global best\n    best = n * n\n",
        NUMBERED,
        {(WRITE, "POSSIBLE", 5)},
    ),
    (
        "a decorator that locks one of two",
        "lock = Lock()\nn = 0\ndef locked(f):\n    def inner():\n        with lock:\n            return f()\n    return inner\n@locked\ndef up():\n"
        "    global n\n    n += 1\ndef down():\n    global n\n    n -= 1\n",
        "s = Thread(target=up); t = Thread(target=down)\ns.start(); t.start(); s.join(); t.join()",
        {(NO_COMMON, "LIKELY", 15)},
    ),
]

FINE: list[tuple[str, str, str]] = [
    ("a common lock", "n = 0\nlock = Lock()\ndef work():\n    global n\n    with lock:\n        n += 1", MANY),
    ("acquire and release", "n = 0\nlock = Lock()\ndef work():\n    global n\n    lock.acquire()\n    n += 1\n    lock.release()", MANY),
    ("acquire, try, finally",
     "n = 0\nlock = Lock()\ndef work():\n    global n\n    lock.acquire()\n    try:\n        if n > 3: return\n        n += 1\n"
     "    finally:\n        lock.release()", MANY),
    ("acquired by if",
     "n = 0\nlock = Lock()\ndef work():\n    global n\n    if lock.acquire(timeout=1):\n        try:\n            n += 1\n        finally:\n"
     "            lock.release()", MANY),
    ("an RLock", "n = 0\nlock = threading.RLock()\ndef work():\n    global n\n    with lock:\n        with lock:\n            n += 1", MANY),
    ("a condition", "n = 0\nc = threading.Condition()\ndef work():\n    global n\n    with c:\n        n += 1", MANY),
    ("a condition and its lock",
     "n = 0\nlock = Lock()\nc = threading.Condition(lock)\ndef up():\n    global n\n    with c:\n        n += 1\ndef down():\n    global n\n"
     "    with lock:\n        n -= 1\n", "s = Thread(target=up); t = Thread(target=down)\ns.start(); t.start(); s.join(); t.join()"),
    ("a semaphore for one", "n = 0\ns = threading.Semaphore()\ndef work():\n    global n\n    with s:\n        n += 1", MANY),
    ("a lock of the object",
     "class C:\n    def __init__(self):\n        self.n = 0\n        self.lock = Lock()\n    def add(self):\n        with self.lock:\n"
     "            self.n += 1\nwork = C().add", MANY),
    ("a lock that is held by the caller",
     "n = 0\nlock = Lock()\ndef add():\n    global n\n    n += 1\ndef work():\n    with lock:\n        add()", MANY),
    ("a lock as argument", "n = 0\ndef work(lock):\n    global n\n    with lock:\n        n += 1\nlock = Lock()\n",
     "for _ in range(3):\n    Thread(target=work, args=(lock,)).start()"),
    ("a lock of a function that starts them",
     "def go():\n    n = 0\n    lock = Lock()\n    def work():\n        nonlocal n\n        with lock:\n            n += 1\n"
     "    ts = [Thread(target=work) for _ in range(2)]\n    for t in ts: t.start()\n    for t in ts: t.join()\ngo()", ""),
    ("a lock by another name", "n = 0\nlock = Lock()\nguard = lock\ndef up():\n    global n\n    with lock:\n        n += 1\ndef down():\n"
     "    global n\n    with guard:\n        n -= 1\n", "s = Thread(target=up); t = Thread(target=down)\ns.start(); t.start(); s.join(); t.join()"),
    ("a context manager that locks",
     "import contextlib\nlock = Lock()\nn = 0\n@contextlib.contextmanager\ndef locked():\n    with lock:\n        yield\ndef work():\n    global n\n"
     "    with locked():\n        n += 1", MANY),
    ("an object that locks",
     "n = 0\nclass G:\n    def __init__(self):\n        self.lock = Lock()\n    def __enter__(self):\n        self.lock.acquire()\n"
     "    def __exit__(self, *_):\n        self.lock.release()\ng = G()\ndef work():\n    global n\n    with g:\n        n += 1", MANY),
    ("a decorator that locks",
     "lock = Lock()\nn = 0\ndef locked(f):\n    def inner():\n        with lock:\n            return f()\n    return inner\n@locked\ndef work():\n"
     "    global n\n    n += 1", MANY),
    ("one of many locks", "locks = [Lock() for _ in range(8)]\nd = [0] * 8\ndef work():\n    i = random.randrange(8)\n    with locks[i]:\n"
     "        d[i] += 1", MANY),
    ("a lock of another module", "from settings import lock\nn = 0\ndef work():\n    global n\n    with lock:\n        n += 1", MANY),
    ("one thread alone", "n = 0\ndef work():\n    global n\n    n += 1", ONE),
    ("one after another", "n = 0\ndef work():\n    global n\n    n += 1\n",
     "for _ in range(3):\n    t = Thread(target=work)\n    t.start()\n    t.join()"),
    ("one after another, by hand", "n = 0\ndef work():\n    global n\n    n += 1\n",
     "a = Thread(target=work)\nb = Thread(target=work)\na.start()\na.join()\nb.start()\nb.join()"),
    ("a pool with one worker", "n = 0\ndef work():\n    global n\n    n += 1\n",
     "with ThreadPoolExecutor(max_workers=1) as pool:\n    for _ in range(9):\n        pool.submit(work)"),
    ("one task at a time", "n = 0\ndef work():\n    global n\n    n += 1\n",
     "pool = ThreadPoolExecutor(4)\nfor _ in range(9):\n    pool.submit(work).result()"),
    ("main before and after", "n = 0\ndef work():\n    global n\n    n += 1\n", "n += 1\nt = Thread(target=work)\nt.start()\nt.join()\nn += 1"),
    ("main after a pool", "n = 0\ndef work():\n    global n\n    n += 1\n",
     "with ThreadPoolExecutor(max_workers=1) as p:\n    p.submit(work)\nn += 1"),
    ("two runs one after the other", "n = 0\ndef work():\n    global n\n    n += 1\ndef run():\n    t = Thread(target=work)\n    t.start()\n    t.join()\n",
     "run()\nrun()"),
    ("local names", "def work():\n    n = 0\n    n += 1\n    d = {}\n    d['a'] = d.get('a', 0) + 1", MANY),
    ("a local name of the same name", "n = 0\ndef work():\n    n = 1\n    n += 1", MANY),
    ("each its own item", "d = [0] * 4\ndef work(i):\n    for _ in range(9):\n        d[i] += 1\n", NUMBERED),
    ("each its own key by thread", "d = {}\ndef work():\n    d[threading.get_ident()] = d.get(threading.get_ident(), 0) + 1", MANY),
    ("append", "d = []\ndef work():\n    d.append(1)", MANY),
    ("an item that is put", "d = {}\ndef work(n):\n    d[n] = n * n\n", NUMBERED),
    ("a deque", "d = collections.deque()\ndef work():\n    d.append(1)\n    d.popleft()", MANY),
    ("a queue", "q = queue.Queue()\ndef work():\n    q.put(1)\n    q.get()\n    q.task_done()", MANY),
    ("a flag", "stop = False\ndef work():\n    global stop\n    while not stop:\n        time.sleep(1)\n        stop = True", MANY),
    ("a flag of main", "stop = False\ndef work():\n    while not stop:\n        time.sleep(1)\n",
     "t = Thread(target=work)\nt.start()\nstop = True\nt.join()"),
    ("only read", "n = 5\ndef work():\n    print(n + 1)", MANY),
    ("a counter of itertools", "c = itertools.count()\ndef work():\n    return next(c)", MANY),
    ("values of each thread", "v = threading.local()\ndef work():\n    v.n = 0\n    v.n += 1", MANY),
    ("a class of values of each thread", "class V(threading.local):\n    n = 0\nv = V()\ndef work():\n    v.n += 1", MANY),
    ("attributes of thread objects", "class T(Thread):\n    def __init__(self):\n        super().__init__()\n        self.n = 0\n        self.got = []\n"
     "    def run(self):\n        self.n += 1\n        if not self.got:\n            self.got.append(1)\n",
     "ts = [T() for _ in range(3)]\nfor t in ts: t.start()\nfor t in ts: t.join()"),
    ("two thread objects by hand", "class T(Thread):\n    n = 0\n    def run(self):\n        self.n += 1\n",
     "a = T(); b = T()\na.start(); b.start(); a.join(); b.join()"),
    ("an object for each thread", "class W:\n    def __init__(self):\n        self.n = 0\n    def go(self):\n        self.n += 1\n",
     "for _ in range(3):\n    w = W()\n    Thread(target=w.go).start()"),
    ("an object made in the thread", "class W:\n    def __init__(self):\n        self.n = 0\n    def go(self):\n        self.n += 1\ndef work():\n"
     "    W().go()", MANY),
    ("processes", "n = 0\ndef work():\n    global n\n    n += 1\n", "for _ in range(3):\n    multiprocessing.Process(target=work).start()"),
    ("a pool of processes", "n = 0\ndef work(x):\n    global n\n    n += 1\n",
     "with ProcessPoolExecutor() as p:\n    list(p.map(work, range(3)))"),
    ("joblib as it is", "from joblib import Parallel, delayed\nn = 0\ndef work(x):\n    global n\n    n += x\n",
     "Parallel(n_jobs=2)(delayed(work)(x) for x in range(9))"),
    ("a value of processes with its lock", "n = multiprocessing.Value('i', 0)\ndef work():\n    with n.get_lock():\n        n.value += 1\n",
     "for _ in range(3):\n    multiprocessing.Process(target=work).start()"),
    ("tasks without an await between", "n = 0\nasync def work():\n    global n\n    n += 1\n    await asyncio.sleep(0)\n    n = n + 1\n", TASKS),
    ("tasks with a lock", "n = 0\nlock = asyncio.Lock()\nasync def work():\n    global n\n    async with lock:\n        seen = n\n"
     "        await asyncio.sleep(0)\n        n = seen + 1\n", TASKS),
    ("checked again under the lock", "x = None\nlock = Lock()\ndef work():\n    global x\n    if x is None:\n        with lock:\n            if x is None:\n"
     "                x = object()", MANY),
    ("check and act under the lock", "d = {}\nlock = Lock()\ndef work():\n    with lock:\n        if 'k' not in d:\n            d['k'] = 1", MANY),
    ("the exception is caught", "items = [1]\ndef work():\n    while items:\n        try:\n            items.pop()\n        except IndexError:\n"
     "            break", MANY),
    ("Empty is caught", "q = queue.Queue()\ndef work():\n    while not q.empty():\n        try:\n            q.get_nowait()\n"
     "        except queue.Empty:\n            break", MANY),
    ("one consumer", "q = queue.Queue()\ndef work():\n    while not q.empty():\n        q.get()\n", ONE),
    ("exist_ok", "path = 'x'\ndef work():\n    if not os.path.exists(path):\n        os.makedirs(path, exist_ok=True)", MANY),
    ("a file of each thread", "def work(n):\n    path = f'{n}.txt'\n    if not os.path.exists(path):\n        open(path, 'w').close()\n", NUMBERED),
    ("a copy is gone through", "d = {}\ndef work():\n    d[object()] = 1\ndef look():\n    for k in list(d):\n        print(k)\n",
     "a = Thread(target=work); b = Thread(target=look)\na.start(); b.start(); a.join(); b.join()"),
    ("gone through afterwards", "d = {}\ndef work(n):\n    d[n] = 1\n", NUMBERED + "for k in d:\n    print(k)"),
    ("two locks in one order", "a = Lock()\nb = Lock()\ndef work():\n    with a:\n        with b: pass\ndef other():\n    with a, b: pass\n",
     MANY + "u = Thread(target=other)\nu.start()"),
    ("both orders, in one thread", "a = Lock()\nb = Lock()\ndef work():\n    with a:\n        with b: pass\n    with b:\n        with a: pass", ONE),
    ("both orders below a third lock",
     "a = Lock()\nb = Lock()\ng = Lock()\ndef one():\n    with g:\n        with a:\n            with b: pass\ndef two():\n    with g:\n"
     "        with b:\n            with a: pass\n", "s = Thread(target=one); t = Thread(target=two)\ns.start(); t.start(); s.join(); t.join()"),
    ("a lock that tells something", "done = Lock()\ndef work():\n    done.release()\n", "done.acquire()\nThread(target=work).start()\ndone.acquire()"),
    ("wait in a loop", "c = threading.Condition()\nready = False\ndef work():\n    with c:\n        while not ready:\n            c.wait()", ONE),
    ("wait_for", "c = threading.Condition()\nready = False\ndef work():\n    with c:\n        c.wait_for(lambda: ready)", ONE),
    ("wait for an event", "e = threading.Event()\ndef work():\n    e.wait()", MANY),
    ("a function that makes the target", "def make(n):\n    def work():\n        print(n)\n    return work\n", "Thread(target=make(3)).start()"),
    ("partial as target", "def work(n):\n    print(n)\n", "Thread(target=functools.partial(work, 3)).start()"),
    ("sleep of asyncio", "async def work():\n    await asyncio.sleep(1)\n", TASKS),
    ("sleep in a thread of a coroutine", "async def work():\n    await asyncio.to_thread(time.sleep, 1)\n", TASKS),
    ("set and clear apart", "e = threading.Event()\ndef work():\n    e.set()\n    time.sleep(1)\n    e.clear()", ONE),
    ("a generator of each thread", "def gen():\n    yield 1\ndef work():\n    for x in gen():\n        print(x)", MANY),
    ("a list for all", "g = [1, 2]\ndef work():\n    for x in g:\n        print(x)", MANY),
    ("a loop that waits", "ready = threading.Event()\ndef work():\n    while not ready.wait(1):\n        pass", ONE),
    ("no threads at all", "n = 0\ndef work():\n    global n\n    n += 1\nfor _ in range(3):\n    work()", ""),
    ("no lock, no thread, a class that has a lock", "class C:\n    def __init__(self):\n        self.lock = Lock()\n        self.n = 0\n"
     "    def a(self):\n        with self.lock: self.n += 1\n    def b(self):\n        return self.n\n", ""),
]  # fmt: skip
