import threading
import time

forks = [threading.Lock() for _ in range(5)]
meals = [0] * 5


def philosopher(i):
    first, second = sorted((i, (i + 1) % 5))
    for _ in range(20):
        with forks[first]:
            with forks[second]:
                meals[i] += 1
                time.sleep(0.0005)


threads = [threading.Thread(target=philosopher, args=(i,), name=f"Philosopher {i}") for i in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("meals:", meals)
