import threading

forever = threading.Event()
started = threading.Event()


def watch():
    started.set()
    forever.wait()


threading.Thread(target=watch, daemon=True, name="Watcher").start()
started.wait()
print("main is done")
