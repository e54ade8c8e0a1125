import threading


def spin():
    while True:
        pass


crew = [threading.Thread(target=spin, name=f"Spinner-{n}") for n in range(4)]
for thread in crew:
    thread.start()
spin()
