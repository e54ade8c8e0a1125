"""Rich: a table, a traceback, and a progress bar that draws in a thread of its own."""
import threading
import time

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.traceback import Traceback

console = Console(width=70, force_terminal=False)
table = Table("Thread", "Sum")
lock = threading.RLock()


def work(name, numbers):
    with lock:
        table.add_row(name, str(sum(numbers)))


threads = [threading.Thread(target=work, args=(f"t{n}", range(n))) for n in range(3)]
for thread in threads:
    thread.start()
    thread.join()
console.print(table)
with Progress(console=console) as progress:
    task = progress.add_task("work", total=3)
    for _ in range(3):
        time.sleep(0.001)
        progress.advance(task)
print(progress.finished)
console.print("[bold]bold[/bold]", {"a": [1, 2, 3]})
try:
    work("x", None)
except TypeError as error:
    console.print(Traceback.from_exception(type(error), error, error.__traceback__, width=70))
