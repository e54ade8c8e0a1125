import time

SECONDS = 2.0  # 0..3600 s

started = time.monotonic()
time.sleep(SECONDS)
print(round(time.monotonic() - started, 1))
