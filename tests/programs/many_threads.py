import threading

THREADS = 2000  # 1..5000

gate = threading.Event()
crew = [threading.Thread(target=gate.wait, name=f"Waiter-{n}") for n in range(THREADS)]
for thread in crew:
    thread.start()
gate.set()
for thread in crew:
    thread.join()
print("all", THREADS, "ended")
