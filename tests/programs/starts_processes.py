"""Starts processes that outlive their parents: one in a group of its own, one whose parent has ended."""

import subprocess
import sys
import time

WAIT = "import time; time.sleep(600)"
ORPHAN = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {WAIT!r}])"

subprocess.Popen([sys.executable, "-c", WAIT])
subprocess.Popen([sys.executable, "-c", WAIT], start_new_session=True)
subprocess.run([sys.executable, "-c", ORPHAN], check=True)
for number in range(3):
    print("started", number + 1)
time.sleep(600)
