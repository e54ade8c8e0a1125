"""Requests against a server that runs in a thread of the same program."""
import http.server
import json
import queue
import threading

import requests


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status = 404 if "missing" in self.path else 200
        body = json.dumps({"path": self.path, "agent": self.headers["X-Who"]}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.send_response(201)
        self.end_headers()
        self.wfile.write(self.rfile.read(length)[::-1])

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}"
found = queue.Queue()


def fetch(number):
    with requests.Session() as session:
        session.headers["X-Who"] = f"worker {number}"
        answer = session.get(f"{address}/page/{number}", params={"n": number}, timeout=5)
        found.put((number, answer.status_code, answer.json(), answer.elapsed.total_seconds() > 0))


threads = [threading.Thread(target=fetch, args=(number,)) for number in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for row in sorted(found.get() for _ in range(found.qsize())):
    print(*row)
print(requests.post(address, data=b"abc", timeout=5).content)
try:
    requests.get(f"{address}/missing", timeout=5).raise_for_status()
except requests.HTTPError as error:
    print(type(error).__name__, error.response.status_code)
server.shutdown()
server.server_close()
try:
    requests.get(address, timeout=1)
except requests.ConnectionError as error:
    print(type(error).__name__)
with open("page.txt", "wb") as file:
    requests.models.Response()
    file.write(b"kept")
requests.get("nothing://here")
