"""What the numbers in messages are: each is a plain int, and its name says which ones are allowed."""

Lane = int  # id of a thread, 16 bits
Id = int  # of a thing, a task or a part, 32 bits
Place = int  # see `engine.protocol.places`
Count = int  # not negative; also ids of texts, of which each process has 2^32
