import ctypes
import threading

print("into C, with the GIL held")
libc = ctypes.PyDLL(None)  # a PyDLL keeps the GIL while it calls
threading.Thread(target=print, args=("a thread",)).start()
threading.Event().wait(0.1)  # what was printed can leave before nobody else runs any more
libc.sleep(3600)
