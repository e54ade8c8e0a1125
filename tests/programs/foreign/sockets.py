"""Sockets by hand: an echo server and its clients, datagrams, pairs, time-outs, errors."""

import select
import socket
import threading
from socket import AF_INET, SOCK_DGRAM, SOCK_STREAM, create_connection


def echo(connection):
    with connection, connection.makefile("rwb") as stream:
        for line in stream:
            stream.write(line.upper())
            stream.flush()


def serve(server, count):
    for _ in range(count):
        connection, _ = server.accept()
        threading.Thread(target=echo, args=(connection,)).start()


server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]
serving = threading.Thread(target=serve, args=(server, 2))
serving.start()
with create_connection(("127.0.0.1", port), timeout=20) as client:
    client.sendall(b"hello\n" * 3)
    client.shutdown(socket.SHUT_WR)
    found = b""
    while part := client.recv(4):
        found += part
    print(found, client.gettimeout(), type(client) is socket.socket)
with socket.socket(AF_INET, SOCK_STREAM) as client:
    client.connect(("localhost", port))
    print(client.send(b"x\n"), client.recv_into(bytearray(10)))
serving.join()
server.settimeout(0.01)
try:
    server.accept()
except socket.timeout as error:
    print("late:", error)
server.close()

one, two = socket.socketpair()
one.sendall(b"pair")
print(two.recv(10, socket.MSG_PEEK), two.recv(10), select.select([two], [], [], 0)[0])
two.setblocking(False)
try:
    two.recv(1)
except BlockingIOError as error:
    print(type(error).__name__)
copy = one.dup()
one.close()
copy.close()
print(two.recv(1), two.fileno() == -1)
two.close()

receiver, sender = socket.socket(AF_INET, SOCK_DGRAM), socket.socket(AF_INET, SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
print(sender.sendto(b"datagram", receiver.getsockname()), receiver.recvfrom(100)[0])
receiver.close()
sender.close()

for wrong in (lambda: two.recv(1), lambda: create_connection(("127.0.0.1", 1)), lambda: socket.socket().recv("x")):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__, str(error).replace("127.0.0.1", "host"))
try:
    socket.getaddrinfo("no.such.host.invalid", 80)
except socket.gaierror:
    print("no such host")
print(isinstance(sender, socket.SocketType), socket.socket.__name__, repr(sender)[:8], socket.has_ipv6 in (True, False))
socket.create_connection(("127.0.0.1", 1))
