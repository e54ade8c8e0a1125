"""Matplotlib without a window: pictures made by several threads."""
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

lock = threading.Lock()


def draw(number):
    figure = Figure(figsize=(2, 1.5), dpi=50)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot(range(number + 2), marker="o")
    with lock:
        figure.savefig(f"plot{number}.png")
    memory = io.BytesIO()
    figure.savefig(memory, format="svg")
    return memory.getvalue()[:5]


with ThreadPoolExecutor(2) as pool:
    print(list(pool.map(draw, range(3))))
print([Path(f"plot{n}.png").read_bytes()[:4] for n in range(3)])
import matplotlib.pyplot as plt

plt.plot([1, 2, 3])
plt.title("a title")
with open("last.png", "wb") as file:
    plt.savefig(file)
print(Path("last.png").stat().st_size > 100, plt.get_backend().lower())
plt.show()
plt.plot([1, 2], [1])
