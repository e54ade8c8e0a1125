"""An exception keeps a coroutine until the end: then Python says that nobody awaited it."""


async def job():
    return 1


def main():
    pending = job()
    raise ValueError("stop")


main()
