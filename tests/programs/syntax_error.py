import threading

lock = threading.Lock(
print("never")
