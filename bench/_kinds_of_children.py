"""Programs that start processes in every way there is, and then wait: whatever ends the run has to end them all."""

from __future__ import annotations

import os

from bench.stopping import MARK

WAIT = "import time; time.sleep(600)"

_SPAWNED = """\
import multiprocessing, time
def work(seconds):
    time.sleep(seconds)
if __name__ == "__main__":
    way = multiprocessing.get_context("{way}")
    for _ in range(2):
        way.Process(target=work, args=(600,)).start()
    print("started")
    time.sleep(600)
"""
_POOL = """\
import {module}, time
def work(seconds):
    time.sleep(seconds)
if __name__ == "__main__":
    pool = {pool}
    for _ in range(4):
        pool.{submit}
    print("started")
    time.sleep(600)
"""
_STARTED = """\
import subprocess, sys, time
WAIT = {wait!r}
{start}
print("started")
time.sleep(600)
"""
_DAEMON = """\
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        {first}
        time.sleep(600)
    os._exit(0)
os.wait()
print("started")
time.sleep(600)
"""

EVERYWHERE = {
    "spawn": _SPAWNED.format(way="spawn"),
    "executor": _POOL.format(
        module="concurrent.futures", pool="concurrent.futures.ProcessPoolExecutor(2)", submit="submit(work, 600)"
    ),
    "subprocess": _STARTED.format(
        wait=WAIT, start="for _ in range(3):\n    subprocess.Popen([sys.executable, '-c', WAIT])"
    ),
    "orphan": _STARTED.format(
        wait=WAIT,
        start="code = f'import subprocess, sys; subprocess.Popen([sys.executable, \"-c\", {WAIT!r}])'\n"
        "subprocess.run([sys.executable, '-c', code])",
    ),
    "shell": _STARTED.format(wait=WAIT, start='subprocess.Popen(f\'"{sys.executable}" -c "{WAIT}"\', shell=True)'),
}
OF_POSIX = {
    "fork": "import os, time\nfor _ in range(5):\n    if os.fork() == 0:\n        time.sleep(600)\n"
    "        os._exit(0)\nprint('started')\ntime.sleep(600)\n",
    "forked": _SPAWNED.format(way="fork"),
    "forkserver": _SPAWNED.format(way="forkserver"),
    "pool": _POOL.format(module="multiprocessing", pool="multiprocessing.Pool(2)", submit="apply_async(work, (600,))"),
    "session": _STARTED.format(
        wait=WAIT, start="subprocess.Popen([sys.executable, '-c', WAIT], start_new_session=True)"
    ),
    "daemon": _DAEMON.format(first="pass"),
    "closes": _DAEMON.format(first="os.closerange(0, 4096)"),
    "forgets": _DAEMON.format(
        first="os.execve('/bin/sleep', ['sleep', '600'], {name: os.environ[name] for name in ['" + MARK + "']})"
    ),
    "deaf": _DAEMON.format(first="import signal; [signal.signal(one, signal.SIG_IGN) for one in (1, 2, 3, 13, 15)]"),
    "nohup": _STARTED.format(
        wait=WAIT, start="subprocess.Popen('nohup setsid sleep 600 >/dev/null 2>&1 &', shell=True)"
    ),
    "chain": "import os, time\nprint('started')\nfor _ in range(100_000):\n    if os.fork():\n        os._exit(0)\n"
    "    os.setsid()\n    time.sleep(0.001)\n",
    "restarts": "import os, time\nprint('started', flush=True)\nif os.fork() == 0:\n    os.setsid()\n    while True:\n"
    "        if os.fork() == 0:\n            time.sleep(0.05)\n            os._exit(0)\n        os.wait()\n"
    "time.sleep(600)\n",
    "exits": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\nprint('started')\n",
}
PROGRAMS = {**EVERYWHERE, **(OF_POSIX if os.name == "posix" else {})}
