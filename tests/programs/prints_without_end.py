number = 0
while True:
    print("line", number)
    number += 1
