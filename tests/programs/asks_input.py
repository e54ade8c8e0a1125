print("asking")
name = input("your name? ")
