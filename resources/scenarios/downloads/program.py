"""Pages from a web server on this machine: one after another, and by threads."""

import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.request import ProxyHandler, build_opener

PAGES = 8  # 1..100
LATENCY = 400  # 1..5000 ms until the server answers
THREADS = 4  # 1..32 that fetch
SERVES = 8  # 1..32 requests that the server answers at once

took = {}
opener = build_opener(ProxyHandler({}))  # straight to the server


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(LATENCY / 1000)  # a long way, a busy database
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"all work and no play\n" * 1000)

    def log_message(self, *_):
        pass  # it would go to stderr


class Server(ThreadingHTTPServer):  # a few desks, not a thread for each
    def process_request(self, request, client_address):
        def answer():
            self.process_request_thread(request, client_address)

        desks.submit(answer)


def download(number):
    with opener.open(f"{site}/page-{number}") as page:
        return len(page.read())


def one_by_one():
    return [download(number) for number in range(PAGES)]


def by_threads():
    with ThreadPoolExecutor(THREADS, "Fetch") as pool:
        return list(pool.map(download, range(PAGES)))


def timed(way, work):
    began = time.perf_counter()
    sizes = work()
    took[way] = time.perf_counter() - began
    print(f"{way}: {sum(sizes):,} bytes in {took[way]:.2f} s")


desks = ThreadPoolExecutor(SERVES, "Desk")
server = Server(("127.0.0.1", 0), Site)
Thread(target=server.serve_forever, name="Server", daemon=True).start()
site = f"http://127.0.0.1:{server.server_port}"
timed("one after another", one_by_one)
timed("by threads", by_threads)
server.shutdown()
server.server_close()
desks.shutdown()
