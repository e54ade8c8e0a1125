import threading

context = threading.local()
seen = {}


class Local(threading.local):
    def __init__(self, start):
        self.value = start


counted = Local(10)


def handle(user):
    context.user = user
    counted.value += len(user)
    barrier.wait()
    seen[user] = (context.user, counted.value)


barrier = threading.Barrier(3)
threads = [threading.Thread(target=handle, args=(u,)) for u in ("ann", "bert", "carla")]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(seen.items()), hasattr(context, "user"), counted.value)
