import sys
import threading

worker = threading.Thread(target=print, args=("worker",), name="Worker")
worker.start()
worker.join()
sys.exit(3)
