import threading

log = []
barrier = threading.Barrier(3, action=lambda: log.append("--"))


def step(name):
    for phase in range(3):
        log.append(phase)
        barrier.wait()


threads = [threading.Thread(target=step, args=(n,)) for n in "abc"]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(log, barrier.parties, barrier.n_waiting, barrier.broken)
lonely = threading.Barrier(2)
try:
    lonely.wait(timeout=0.02)
except threading.BrokenBarrierError:
    print("broken", lonely.broken)
lonely.reset()
print(lonely.broken)
