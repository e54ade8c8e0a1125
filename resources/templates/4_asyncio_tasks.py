"""Tasks of asyncio."""

import asyncio

TASKS = 3
STEPS = 4


async def work(name):
    for step in range(STEPS):
        await asyncio.sleep(0.1)
        print(name, step)


async def main():
    await asyncio.gather(*(work(f"task-{number}") for number in range(TASKS)))


asyncio.run(main())
