"""Two cooks need the knife and the board. In which order do they take them?"""

import threading
import time

ORDER = "same"  # same | opposite
PATIENCE = 0  # 0..5000 ms that Ann waits for the second thing, 0 is for ever
DISHES = 3  # 1..50 by each cook
PACE = 250  # 20..2000 ms for each step

knife = threading.Lock()
board = threading.Lock()
served = []


def cook(name, first, second, patience):
    for number in range(1, DISHES + 1):
        while not prepare(first, second, patience):
            print(f"{name} gives up, puts it back, tries again")
            time.sleep(PACE / 1000)
        served.append(name)
        print(f"{name} serves dish {number}")
        time.sleep(PACE / 1000)


def prepare(first, second, patience):
    with first:
        time.sleep(PACE / 1000)  # has the first
        if not second.acquire(timeout=patience):
            return False
        time.sleep(PACE / 1000)  # has both
        second.release()
        return True


of_ann, of_ben = (knife, board), (knife, board)
if ORDER == "opposite":
    of_ben = (board, knife)
patience = PATIENCE / 1000 or -1  # -1 is for ever
ann = threading.Thread(target=cook, name="Ann", args=("Ann", *of_ann, patience))
ben = threading.Thread(target=cook, name="Ben", args=("Ben", *of_ben, -1))
ann.start()
ben.start()
ann.join()
ben.join()
print(f"{len(served)} of {2 * DISHES} dishes served")
