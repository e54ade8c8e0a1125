"""A loop made by hand: callbacks, a server and its client, a child process, an exception nobody asks for."""

import asyncio
import functools
import sys


async def answer(reader, writer):
    line = await reader.readline()
    writer.write(line.upper())
    await writer.drain()
    writer.close()


async def ask(port, text):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.encode() + b"\n")
    found = await reader.readline()
    writer.close()
    return found.decode().strip()


async def talk():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(sorted(await asyncio.gather(*(ask(port, word) for word in ("one", "two", "three")))))
    server.close()
    await server.wait_closed()


async def child():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print(input()[::-1])", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate(b"drawkcab\n")
    print(out.decode().strip(), process.returncode)


async def forgotten():
    raise KeyError("nobody asked")


def tick(loop, left):
    print("tick", left)
    if left:
        loop.call_later(0.001, tick, loop, left - 1)
    else:
        loop.stop()


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.call_soon(functools.partial(tick, loop), 2)
loop.run_forever()
loop.run_until_complete(talk())
loop.run_until_complete(child())
loop.set_exception_handler(lambda loop, context: print(context["message"], repr(context["exception"])))
task = loop.create_task(forgotten())
loop.run_until_complete(asyncio.sleep(0.001))
del task
begin = loop.time()
loop.run_until_complete(asyncio.sleep(0.05))
print(0.05 <= loop.time() - begin < 5)
loop.call_soon(lambda: 1 / 0)
loop.run_until_complete(asyncio.sleep(0))
print(loop.is_running(), type(loop).__name__ == type(asyncio.new_event_loop()).__name__)
loop.close()


async def groups():
    if sys.version_info >= (3, 11):
        try:
            async with asyncio.timeout(5), asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(3))
                group.create_task(forgotten(), name="in a group")
        except BaseExceptionGroup as error:  # noqa: F821  # not before 3.11
            print(error.exceptions)
    if sys.version_info >= (3, 12):
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        print(asyncio.get_running_loop().get_task_factory() is asyncio.eager_task_factory)
        task = asyncio.create_task(answered(), name="eager")
        print(task.done(), task.result(), task.get_name())


async def answered():
    return asyncio.current_task().get_name()


if sys.version_info >= (3, 11):
    with asyncio.Runner(debug=True) as runner:
        runner.run(groups())
        print(runner.get_loop().get_debug())


async def boom():
    await asyncio.sleep(0)
    raise RuntimeError("the end")


asyncio.run(boom())
