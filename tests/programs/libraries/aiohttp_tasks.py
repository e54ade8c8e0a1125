"""Aiohttp: a server and its clients in one loop, with work in threads."""
import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import aiohttp
from aiohttp import web

lock = threading.Lock()
counts = {"asked": 0}


def slow(number):
    time.sleep(0.002)
    with lock:
        counts["asked"] += 1
    return number * 2


async def double(request):
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(request.app["pool"], slow, int(request.match_info["number"]))
    return web.json_response({"double": found})


async def echo(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(message.data[::-1])
    return socket


async def main():
    app = web.Application()
    with ThreadPoolExecutor(3) as pool:
        app["pool"] = pool
        app.add_routes([web.get("/double/{number}", double), web.get("/echo", echo)])
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:

            async def ask(number):
                async with session.get(f"/double/{number}") as answer:
                    return await answer.json()

            print(await asyncio.gather(*(ask(number) for number in range(5))), counts)
            async with session.ws_connect("/echo") as socket:
                await socket.send_str("hello")
                print((await socket.receive()).data)
            async with session.get("/nowhere") as answer:
                print(answer.status, answer.reason)
        await runner.cleanup()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(1)) as session:
        await session.get(f"http://127.0.0.1:{port}/")


try:
    asyncio.run(main())
except aiohttp.ClientError as error:
    print(type(error).__name__)
