"""Work that takes a while. Where it is done decides what becomes of the window."""

import time

WHERE = "process"  # window | thread | process
SECONDS = 2.0  # 0.3..5 s that the work takes
REPORT = 0.5  # 0.1..5 s between two lines


def add_up(until):
    """Plain computing: nothing in it waits for anything."""
    total = 0
    while time.perf_counter() < until:
        total += sum(range(5000))
    return total


def work():
    begin = time.perf_counter()
    passed = 0.0
    while passed < SECONDS:
        passed = min(passed + REPORT, SECONDS)
        add_up(begin + passed)
        print(f"worked for {passed:.1f} s")


if __name__ == "__main__":
    work()
    print("done")
