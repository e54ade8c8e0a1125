def say():
    print("beside")
