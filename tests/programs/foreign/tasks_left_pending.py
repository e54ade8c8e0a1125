"""A task that waits for ever, a coroutine that nobody awaits, an asynchronous generator that nobody ends."""

import asyncio


async def for_ever():
    try:
        await asyncio.Event().wait()
    finally:
        print("the task goes")


async def numbers():
    try:
        yield 1
    finally:
        print("the numbers go")


async def main():
    begun = numbers()
    await begun.__anext__()
    return begun


loop = asyncio.new_event_loop()
kept = loop.create_task(for_ever())
begun = loop.run_until_complete(main())
print("the last line")
