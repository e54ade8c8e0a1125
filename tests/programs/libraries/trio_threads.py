"""Trio: tasks, and functions that it runs in threads."""
import threading
import time

import trio

lock = threading.Lock()
done = []


def work(number):
    time.sleep(0.002 * number)
    with lock:
        done.append(number)
    name = trio.from_thread.run_sync(lambda: trio.lowlevel.current_task().name.rpartition(".")[2])
    return number * number, bool(name)


async def task(number, send):
    async with send:
        result = await trio.to_thread.run_sync(work, number)
        await send.send((number, result))


async def main():
    send, receive = trio.open_memory_channel(0)
    found = []
    async with trio.open_nursery() as nursery:
        async with send:
            for number in range(5):
                nursery.start_soon(task, number, send.clone())
        async for one in receive:
            found.append(one)
    print(sorted(found), sorted(done))
    with trio.move_on_after(0.01) as scope:
        await trio.sleep_forever()
    print(scope.cancelled_caught)
    event = trio.Event()
    thread = threading.Thread(target=lambda token: trio.from_thread.run_sync(event.set, trio_token=token), args=(trio.lowlevel.current_trio_token(),))
    thread.start()
    await event.wait()
    thread.join()
    async with await trio.open_file("trio.txt", "w") as file:
        await file.write("written")
    print(await trio.Path("trio.txt").read_text(), isinstance(trio.Path("x"), trio.Path))
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listeners[0].socket.getsockname()[1]

    async def answer(stream):
        await stream.send_all((await stream.receive_some())[::-1])

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, answer, listeners)
        stream = await trio.open_tcp_stream("127.0.0.1", port)
        await stream.send_all(b"hello")
        print(await stream.receive_some())
        nursery.cancel_scope.cancel()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(failing)


async def failing():
    await trio.to_thread.run_sync(lambda: 1 / 0)


try:
    trio.run(main)
except BaseException as error:
    print(type(error).__name__, [type(one).__name__ for one in getattr(error, "exceptions", [error])])
trio.run(failing)
