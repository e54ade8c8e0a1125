import threading


class Downloader(threading.Thread):
    """A worker that keeps its result."""

    def __init__(self, url, *, retries=3):
        super().__init__(name=f"get {url}")
        self.url = url
        self.retries = retries
        self.result = None

    def run(self):
        self.result = f"{self.url}: {len(self.url)} by {threading.current_thread().name}"


class Forgetful(threading.Thread):
    def __init__(self):
        pass


workers = [Downloader(f"http://example/{n}") for n in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
    print(worker.result, worker.is_alive(), worker.daemon)
try:
    workers[0].start()
except RuntimeError as error:
    print(error)
try:
    Forgetful().start()
except RuntimeError as error:
    print(error)
print(threading.current_thread().name, threading.current_thread() is threading.main_thread())
print(isinstance(workers[0], threading.Thread), issubclass(threading.Timer, threading.Thread))
