import threading
import time

stop, beats = threading.Event(), []


def heart():
    while not stop.wait(timeout=0.005):
        beats.append(time.monotonic())


t = threading.Thread(target=heart)
t.start()
while len(beats) < 5:
    time.sleep(0.001)
stop.set()
t.join(timeout=5)
print("alive:", t.is_alive(), "in order:", beats == sorted(beats), "set:", stop.is_set(), stop.wait(0))
