"""How long it takes from the moment at which nothing moves any more to the words that say so."""

import argparse
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from engine.findings.gravity import STANDSTILL
from engine.scenarios import catalogue
from engine.session.session import Session
from engine.words.findings import sentence

PATIENCE = 15.0  # seconds of program time
MOST = 1.0  # seconds that it may take
_MAIN = 'if __name__ == "__main__":\n'
PROGRAMS = {
    "asyncio future": (
        "import asyncio\nasync def main():\n    await asyncio.get_running_loop().create_future()\nasyncio.run(main())\n"
    ),
    "asyncio event": "import asyncio\nasync def main():\n    await asyncio.Event().wait()\nasyncio.run(main())\n",
    "future": "from concurrent.futures import Future\nFuture().result()\n",
    "pool that waits for itself": (
        "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)\n"
        "def outer():\n    return pool.submit(pow, 2, 3).result()\npool.submit(outer).result()\n"
    ),
    "process with a full pipe": (
        "import multiprocessing\ndef fill(queue):\n    for _ in range(2000):\n        queue.put('x' * 100)\n"
        f"{_MAIN}    queue = multiprocessing.Queue()\n"
        "    process = multiprocessing.Process(target=fill, args=(queue,))\n"
        "    process.start()\n    process.join()\n"
    ),
    "lock of _thread": "import _thread\nlock = _thread.allocate_lock()\nlock.acquire()\nlock.acquire()\n",
    "signal": "import signal\nsignal.sigwait([signal.SIGUSR1])\n",
    "pipe": "import os\nreader, writer = os.pipe()\nos.read(reader, 1)\n",
    "select": "import os, select\nreader, writer = os.pipe()\nselect.select([reader], [], [])\n",
    "child that waits for us": "import subprocess\nsubprocess.Popen(['cat'], stdin=subprocess.PIPE).wait()\n",
    "import": (
        "import pathlib, sys\nsys.path.insert(0, '.')\n"
        "text = 'import threading as t; one = t.Thread(target=__import__, args=[\"waits\"]); one.start(); one.join()'\n"
        "pathlib.Path('waits.py').write_text(text)\nimport waits\n"
    ),
    "SimpleQueue": "import queue\nqueue.SimpleQueue().get()\n",
    "both ends of a pipe of multiprocessing": (
        "import multiprocessing\ndef hear(end):\n    end.recv()\n"
        f"{_MAIN}    here, there = multiprocessing.Pipe()\n"
        "    multiprocessing.Process(target=hear, args=(there,)).start()\n    here.recv()\n"
    ),
    "manager": (
        "import multiprocessing\ndef take(queue):\n    queue.get()\n"
        f"{_MAIN}    queue = multiprocessing.Manager().Queue()\n"
        "    one = multiprocessing.Process(target=take, args=(queue,))\n    one.start()\n    one.join()\n"
    ),
}


def delay_of(text: str) -> tuple[float, str]:
    """Seconds of program time from the last movement to the words, and these; 0.0 and "": there were none."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program.py"
        program.write_text(text, "utf-8")
        with closing(Session(catalogue.from_file(program, Path(folder)))) as session:
            session.run()
            while (frame := session.pump()).run.now < PATIENCE and frame.run.ended is None:
                found = next((one for one in frame.result.findings if one.kind in STANDSTILL), None)
                if found is not None:
                    said = sentence(found)
                    return session.pump().run.now - found.time, said
                time.sleep(0.002)
    return 0.0, ""


def main(arguments: Sequence[str] = ()) -> None:
    """Prints one line for each program, and how many were told in time."""
    parser = argparse.ArgumentParser(prog="python -m bench standstill", description=__doc__)
    parser.parse_args(arguments)
    late = 0
    for name, text in PROGRAMS.items():
        delay, said = delay_of(text)
        late += not said or delay > MOST
        print(f"{name:40}{f'{delay:5.2f} s' if said else 'never':>8}  {said}")
    print(f"{len(PROGRAMS) - late} of {len(PROGRAMS)} within {MOST:g} s")
