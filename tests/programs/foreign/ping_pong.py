import threading

condition = threading.Condition()
turn = "ping"


def player(me, other):
    global turn
    for i in range(5):
        with condition:
            condition.wait_for(lambda: turn == me)
            print(me, i)
            turn = other
            condition.notify_all()


a = threading.Thread(target=player, args=("ping", "pong"))
b = threading.Thread(target=player, args=("pong", "ping"))
b.start()
a.start()
a.join()
b.join()
print("over")
