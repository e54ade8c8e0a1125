"""Three guests say sentences, piece by piece, on one screen."""

import threading
import time

SENTENCES = 3  # 1..50 of each guest
PACE = 120  # 0..1000 ms after each piece

guests = ["Ann", "Ben", "Cleo"]
pieces = []  # all that was printed
screen = threading.Lock()


def say(piece):
    pieces.append(piece)
    print(piece, end="")
    time.sleep(PACE / 1000)


def talk(guest):
    for number in range(1, SENTENCES + 1):
        with screen:
            say(f"{guest} ")
            say("says ")
            say(f"sentence {number}\n")


threads = []
for guest in guests:
    thread = threading.Thread(target=talk, args=(guest,), name=guest)
    thread.start()
    threads.append(thread)
for thread in threads:
    thread.join()

lines = "".join(pieces).splitlines()
whole = [line for line in lines if line.count(" ") == 3]
wanted = len(guests) * SENTENCES
print(f"the first line is: {lines[0]}")
print(f"{len(whole)} of {wanted} sentences are whole")
