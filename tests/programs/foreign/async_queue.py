"""Producers and consumers as coroutines, with time-outs, a cancelled task and exceptions that somebody sees."""

import asyncio
import logging
import traceback


async def produce(queue, name, count):
    for number in range(count):
        await queue.put(f"{name}{number}")
        await asyncio.sleep(0.001)


async def consume(queue, found):
    try:
        while True:
            found.append(await queue.get())
            queue.task_done()
    except asyncio.CancelledError:
        print("consumer is sent home")
        raise


async def fail(after):
    await asyncio.sleep(after)
    raise ValueError(f"after {after}")


class Numbers:
    def __init__(self, count):
        self.count = count

    async def __aiter__(self):
        for number in range(self.count):
            await asyncio.sleep(0)
            yield number

    async def __aenter__(self):
        print("enter")
        return self

    async def __aexit__(self, *error):
        print("exit", error[0])


async def main():
    queue, found = asyncio.Queue(3), []
    consumers = [asyncio.ensure_future(consume(queue, found)) for _ in range(2)]
    await asyncio.gather(*(produce(queue, name, 5) for name in "ab"))
    await queue.join()
    for task in consumers:
        task.cancel()
    print(await asyncio.gather(*consumers, return_exceptions=True))
    print(sorted(found))

    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except asyncio.TimeoutError:
        print("late")
    async with Numbers(4) as numbers:
        print([number async for number in numbers])

    done, waiting = await asyncio.wait(
        [asyncio.ensure_future(fail(0.001)), asyncio.ensure_future(asyncio.sleep(5))],
        return_when=asyncio.FIRST_EXCEPTION,
    )
    print([repr(task.exception()) for task in done], len(waiting))
    for task in waiting:
        task.cancel()
    try:
        await asyncio.ensure_future(fail(0))
    except ValueError:
        print(traceback.format_exc().splitlines()[-1])
        logging.getLogger().addHandler(logging.NullHandler())
    task = asyncio.get_running_loop().create_task(fail(0), name="named")
    print(task.get_name(), task.get_coro().__name__, isinstance(task, asyncio.Task), asyncio.current_task() is task)
    print(await asyncio.get_running_loop().run_in_executor(None, sum, [1, 2, 3]))
    await asyncio.wait([task])
    print(repr(task).replace(__file__, "here"))


if __name__ == "__main__":
    asyncio.run(main())
