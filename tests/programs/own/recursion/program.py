import threading, sys
def f(n): return f(n + 1)
def count(n=0):
    global deepest
    deepest = n
    count(n + 1)
for go in (count,):
    try: go()
    except RecursionError as e: print(deepest, e)
print(sys.getrecursionlimit())
def guarded():
    try: count()
    except RecursionError: print("thread", deepest)
sys.setrecursionlimit(300); print(sys.getrecursionlimit())
try: count()
except RecursionError: print(deepest)
f(0)
