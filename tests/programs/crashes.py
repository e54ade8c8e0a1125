import ctypes
import time

print("before")
time.sleep(0.1)  # what is reported is on its way
ctypes.string_at(0)
