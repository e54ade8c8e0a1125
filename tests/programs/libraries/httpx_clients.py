"""Httpx: clients in threads and in asyncio, against a server in a thread."""
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    with httpx.Client(base_url=address) as client, ThreadPoolExecutor(3) as pool:
        print([answer.text for answer in pool.map(client.get, ["/a", "/b", "/c"])])

    async def main():
        async with httpx.AsyncClient(base_url=address) as client:
            answers = await asyncio.gather(*(client.get(f"/{n}") for n in range(3)))
            print([answer.status_code for answer in answers])

    asyncio.run(main())
    server.shutdown()
print(httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(204))).get("http://x").status_code)
httpx.get(address)
