import time

while True:
    try:
        while True:
            time.sleep(0.001)
    except:
        pass
