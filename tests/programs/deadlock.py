import threading

left, right = threading.Lock(), threading.Lock()
both_hold_one = threading.Barrier(2)


def take(first, second):
    with first:
        both_hold_one.wait()
        with second:
            pass


one = threading.Thread(target=take, args=(left, right), name="One")
two = threading.Thread(target=take, args=(right, left), name="Two")
one.start()
two.start()
one.join()
two.join()
