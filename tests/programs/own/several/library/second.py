VALUE = __name__ + str(__spec__ and __spec__.name)
