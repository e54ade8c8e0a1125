"""Pages of a server that the program starts itself, fetched in several ways and by several threads."""

import http.client
import threading
import urllib
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from urllib import request
from urllib.request import Request, urlopen


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"page {self.path}\n".encode() * 1000
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))[::-1]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(ThreadingMixIn, HTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Pages)
port = server.server_address[1]
serving = threading.Thread(target=server.serve_forever)
serving.start()
base = f"http://127.0.0.1:{port}"
sizes = {}


def fetch(number):
    with urlopen(f"{base}/{number}") as page:
        sizes[number] = len(page.read())


threads = [threading.Thread(target=fetch, args=(number,)) for number in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(sizes.items()))

with urllib.request.urlopen(f"{base}/lines") as page:
    print(page.status, page.readline(), sum(1 for _ in page), page.getheader("Content-Length"))
try:
    request.urlopen(f"{base}/missing")
except urllib.error.HTTPError as error:
    print(error.code, error.read(12))
try:
    urlopen("http://127.0.0.1:1/")
except urllib.error.URLError as error:
    print(type(error.reason).__name__)
print(urlopen(Request(base, data=urllib.parse.urlencode({"a": 1}).encode(), method="POST")).read())

connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
for path in ("/one", "/two"):
    connection.request("GET", path)
    answer = connection.getresponse()
    print(answer.status, answer.read()[:10])
connection.close()
opener = request.build_opener(request.HTTPHandler(debuglevel=0))
print(len(opener.open(base).read()), [type(one).__name__ for one in opener.handlers].count("HTTPHandler"))
server.shutdown()
server.server_close()
serving.join()
