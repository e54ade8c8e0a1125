"""The facades of socket, http.client and urllib.request: what a program waits for on the network."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine.protocol.messages import ThingFact
from engine.protocol.records import Flag, Kind
from engine.stage.control.program_clock import Cancelled
from tests.engine.facade_kit import Stage, Working
from tests.engine.stage_kit import Record

NET = (Kind.NET_WANT, Kind.NET_GOT, Kind.NET_GAVE_UP)
CERTIFICATE = Path(__file__).with_name("localhost.pem")
PAGE = b"a page\n" * 3000


@pytest.fixture
def stage() -> Stage:
    return Stage()


class Pages(BaseHTTPRequestHandler):
    """Answers everything with one page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *args: object) -> None:
        """Nothing is written."""


@pytest.fixture(params=["http", "https"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Of a real server; its own threads use the real modules."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = False
    if request.param == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"{request.param}://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    serving.join()


def alternating(records: list[Record]) -> bool:
    """Whether each wait ends before the next one begins."""
    return [record.kind is Kind.NET_WANT for record in records] == [True, False] * (len(records) // 2)


PAIR = """
import socket
server = socket.create_server(("127.0.0.1", 0))
name = "127.0.0.1:%d" % server.getsockname()[1]
client = socket.create_connection(server.getsockname())
other, peer = server.accept()
peer = "127.0.0.1:%d" % peer[1]
client.sendall(b"four")
found = other.recv(100)
other.close()
client.close()
server.close()
"""


def test_that_each_wait_is_a_span_with_its_bytes_and_its_connection(stage: Stage) -> None:
    space = stage.run(PAIR)
    records = stage.records(*NET)
    assert alternating(records)
    names = {0: "", **stage.things()}
    told = [(record.line, record.value, names[record.thing]) for record in records if record.kind is Kind.NET_GOT]
    assert told == [(5, 0, space["name"]), (6, 0, space["name"]), (8, 4, space["name"]), (9, 4, space["peer"])]
    assert {fact.type for fact in stage.facts(ThingFact)} == {"connection"}
    assert type(space["other"]) is stage.module("socket").socket


def test_that_a_refused_connection_gives_up_and_says_why(stage: Stage) -> None:
    space = stage.run("""
import socket
try:
    socket.create_connection(("127.0.0.1", 1))
except ConnectionRefusedError as error:
    refused = str(error)
""")
    assert [record.kind for record in stage.records(*NET)] == [Kind.NET_WANT, Kind.NET_GAVE_UP]
    assert stage.texts(Kind.NET_GAVE_UP) == [f"ConnectionRefusedError: {space['refused']}"]


@pytest.mark.parametrize("call", ["accept", "recv", "recv_into", "recvfrom"])
def test_that_a_time_out_runs_at_the_speed_of_the_program(stage: Stage, call: str) -> None:
    stage.context.clock.set_speed(20)
    own = stage.module("socket")
    one, two = own.socketpair()
    server = own.create_server(("127.0.0.1", 0))
    for sock in (one, server):
        sock.settimeout(2)
    wait = server.accept if call == "accept" else partial(getattr(one, call), bytearray(1) if "into" in call else 1)
    began = time.perf_counter()
    with pytest.raises(socket.timeout):
        wait()
    assert time.perf_counter() - began < 1
    want, gave_up = stage.records(*NET)
    assert (want.flags, gave_up.kind, gave_up.value) == (Flag.TIMED, Kind.NET_GAVE_UP, 0)
    assert 2_000_000_000 <= gave_up.time - want.time < 20_000_000_000
    for sock in (one, two, server):
        sock.close()


def test_that_a_socket_which_never_waits_reports_nothing_and_does_what_the_real_one_does(stage: Stage) -> None:
    stage.run("""
import socket
one, two = socket.socketpair()
two.setblocking(False)
try:
    two.recv(1)
except BlockingIOError:
    one.close()
    two.close()
""")
    assert stage.records(*NET) == []


def test_that_a_stopped_run_ends_a_wait_with_a_time_out(stage: Stage) -> None:
    one, two = stage.module("socket").socketpair()
    one.settimeout(3600)
    waiting = Working(one.recv, 1)
    stage.wait_for(Kind.NET_WANT)
    stage.context.clock.cancel()
    with pytest.raises(Cancelled):
        waiting.result()
    one.close()
    two.close()


IMPORTS = [
    "from urllib.request import urlopen, build_opener",
    "import urllib.request\nurlopen = urllib.request.urlopen",
    "import urllib.request as web\nurlopen = web.urlopen",
    "from urllib import request\nurlopen = request.urlopen",
    "import urllib.parse, urllib\nimport urllib.request\nurlopen = urllib.request.urlopen",
]


@pytest.mark.parametrize("line", IMPORTS)
def test_that_opening_and_reading_a_page_are_waits(stage: Stage, address: str, line: str) -> None:
    space = stage.run(f"""
import ssl
{line}
context = ssl._create_unverified_context() if {address!r}.startswith("https") else None
with urlopen({address!r}, context=context) as page:
    body = page.read()
""")
    assert space["body"] == PAGE
    records = stage.records(*NET)
    assert alternating(records)
    assert sum(record.value for record in records if record.kind is Kind.NET_GOT) >= len(PAGE)
    names = {stage.things().get(record.thing) for record in records}
    assert names <= {address.split("/")[2], "127.0.0.1"}


def test_that_a_connection_by_hand_waits_alike(stage: Stage, address: str) -> None:
    host = address.split("/")[2]
    space = stage.run(f"""
import http.client, ssl
from http import client
if {address!r}.startswith("https"):
    connection = http.client.HTTPSConnection({host!r}, context=ssl._create_unverified_context())
else:
    connection = client.HTTPConnection({host!r})
connection.request("GET", "/")
answer = connection.getresponse()
first = answer.read(10)
rest = len(answer.read())
connection.close()
known = isinstance(connection, http.client.HTTPConnection)
""")
    assert (space["first"], space["rest"], space["known"]) == (PAGE[:10], len(PAGE) - 10, True)
    lines = [record.line for record in stage.records(Kind.NET_GOT)]
    assert {8, 9, 11} <= set(lines)
    assert alternating(stage.records(*NET))


def test_that_a_library_and_the_process_keep_the_real_ones(stage: Stage, address: str) -> None:
    real = (socket.socket, socket.create_connection, urllib.request.urlopen, urllib.request._opener)  # type: ignore[attr-defined]
    stage.run("from urllib.request import urlopen, install_opener, build_opener\ninstall_opener(build_opener())\n")
    assert (socket.socket, socket.create_connection, urllib.request.urlopen, urllib.request._opener) == real  # type: ignore[attr-defined]
    with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1].strip("/")))) as sock:
        assert type(sock) is socket.socket
    assert stage.records(*NET) == []


SERVING = """
import threading, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.request import urlopen
class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.01)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"here")
    def log_message(self, *args):
        pass
server = HTTPServer(("127.0.0.1", 0), Pages)
thread = threading.Thread(target=server.serve_forever, name="Server")
thread.start()
name = "127.0.0.1:%d" % server.server_address[1]
found = urlopen("http://" + name).read()
server.shutdown()
server.server_close()
thread.join()
"""


def test_that_a_thread_that_serves_waits_except_while_it_answers(stage: Stage) -> None:
    space = stage.run(SERVING)
    assert space["found"] == b"here"
    lane = stage.lane("Server")
    told = [record for record in stage.records() if record.thread == lane]
    kinds = ["NET_WANT", "NET_GOT", "SLEEP", "SLEPT", "NET_WANT", "NET_GOT"]
    assert [record.kind.name for record in told] == kinds
    assert {stage.things()[record.thing] for record in told if record.kind in NET} == {space["name"]}
    main = [record for record in stage.records(*NET) if record.thread != lane]
    assert [record.kind.name for record in main][-2:] == ["NET_WANT", "NET_GOT"]  # in shutdown()
    assert stage.things()[main[-1].thing] == space["name"]
