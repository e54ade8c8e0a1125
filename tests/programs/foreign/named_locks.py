import threading
from collections import defaultdict

guards = {"a": threading.Lock(), "b": threading.Lock()}
per_user = defaultdict(threading.Lock)
totals = defaultdict(int)


def add(user, key):
    for _ in range(200):
        with guards[key], per_user[user]:
            totals[user] += 1


pairs = [("ann", "a"), ("bob", "b"), ("ann", "b"), ("bob", "a")]
threads = [threading.Thread(target=add, args=pair) for pair in pairs]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(dict(sorted(totals.items())), guards["a"].locked(), sorted(per_user))
