import atexit
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

atexit.register(lambda: print("the end", threading.current_thread().name))
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "a.txt"
    path.write_text("hello")
    print(path.read_text(), path.stat().st_size, sorted(os.listdir(folder)))
with tempfile.NamedTemporaryFile("w+") as file:
    file.write("x" * 10)
    file.seek(0)
    print(len(file.read()))
data = sqlite3.connect(":memory:", check_same_thread=False)
data.execute("create table t (n integer)")
lock = threading.Lock()


def insert(first):
    for n in range(first, first + 10):
        with lock, data:
            data.execute("insert into t values (?)", (n,))


threads = [threading.Thread(target=insert, args=(n * 10,)) for n in range(3)]
[one.start() for one in threads]
[one.join() for one in threads]
print(data.execute("select count(*), sum(n) from t").fetchone())
done = subprocess.run([sys.executable, "-c", "import os, sys; print(sys.argv, 'PYTHONUTF8' in os.environ, sys.flags.utf8_mode)", "x"], capture_output=True, text=True)
print(done.returncode, done.stdout, done.stderr)
done = subprocess.run([sys.executable, __file__.replace("program", "child"), "word"], capture_output=True, text=True, input="typed")
print(done.returncode, done.stdout, done.stderr)
os.environ["OWN"] = "mine"
print(subprocess.check_output([sys.executable, "-c", "import os; print(os.environ['OWN'])"]), os.getenv("OWN"))
if hasattr(signal, "SIGUSR1"):
    signal.signal(signal.SIGUSR1, lambda number, frame: print("signal", signal.Signals(number).name, frame is not None))
    os.kill(os.getpid(), signal.SIGUSR1)
with contextlib.redirect_stdout(sys.stderr):
    print("to the other one")
Path("left.txt").write_text("left\n")
with open("left.txt", "a", encoding="utf-8") as file:
    print("more", file=file)
print(Path("left.txt").read_text(), Path("left.txt").resolve() == Path(__file__).parent.resolve() / "left.txt")
sys.exit(7)
