"""Pandas: files read by several threads, and put together."""
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

folder = Path("tables")
folder.mkdir(exist_ok=True)
for number in range(4):
    frame = pd.DataFrame({"n": range(10), "square": [n * n + number for n in range(10)], "who": f"file {number}"})
    frame.to_csv(folder / f"{number}.csv", index=False)
lock = threading.Lock()
seen = []


def read(path):
    frame = pd.read_csv(path)
    with lock:
        seen.append(path.name)
    return frame[frame["n"] % 2 == 0]


with ThreadPoolExecutor() as pool:
    frames = list(pool.map(read, sorted(folder.glob("*.csv"))))
whole = pd.concat(frames, ignore_index=True)
print(sorted(seen), whole.shape)
print(whole.groupby("who")["square"].agg(["sum", "max"]))
print(pd.read_csv(io.StringIO("a,b\n1,2\n")).to_dict("records"))
with open(folder / "one.json", "w") as file:
    whole.head(2).to_json(file, orient="records")
print((folder / "one.json").read_text())
whole.to_pickle(folder / "whole.pkl")
print(pd.read_pickle(folder / "whole.pkl").equals(whole))
with open(folder / "0.csv") as file:
    print(next(pd.read_csv(file, chunksize=3)).shape)
pd.read_csv(folder / "missing.csv")
