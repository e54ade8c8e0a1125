"""A writer fills a file. A reader looks into it at its own pace."""

import os
import threading
import time

READER_FIRST = True  # who is started first
HEAD_START = 50  # 0..1000 ms how much earlier
WRITER_PACE = 80  # 0..2000 ms between two halves of a line
READER_PACE = 120  # 0..2000 ms between two looks
LINES = 6  # 1..100
RENAME = False  # write under another name, then rename

path = "squares.txt"
file_ready = threading.Event()
unfinished = 0  # looks at a file that was not complete


def write():
    with open("squares.part" if RENAME else path, "w") as file:
        if not RENAME:
            file_ready.set()
        for number in range(1, LINES + 1):
            time.sleep(WRITER_PACE / 1000)
            file.write(f"{number} times {number}")
            file.flush()
            time.sleep(WRITER_PACE / 1000)
            file.write(f" is {number * number}\n")
            file.flush()
    if RENAME:
        os.replace("squares.part", path)
        file_ready.set()
    print(f"wrote {LINES} lines")


def read():
    global unfinished
    file_ready.wait()
    whole = 0
    while whole < LINES:
        with open(path) as file:
            text = file.read()
        whole = text.count("\n")
        unfinished += whole < LINES
        half = text[text.rfind("\n") + 1 :]
        piece = f" and a piece: {half!r}" if half else ""
        print(f"sees {whole} of {LINES} lines{piece}")
        time.sleep(READER_PACE / 1000)


writer = threading.Thread(target=write, name="Writer")
reader = threading.Thread(target=read, name="Reader")
first, second = (reader, writer) if READER_FIRST else (writer, reader)
first.start()
time.sleep(HEAD_START / 1000)
second.start()
writer.join()
reader.join()
os.remove(path)
