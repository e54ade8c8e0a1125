import ctypes
import threading

print("into C, with the GIL held")
libc = ctypes.PyDLL(None)  # a PyDLL keeps the GIL while it calls
threading.Thread(target=print, args=("a thread",)).start()
libc.sleep(3600)
