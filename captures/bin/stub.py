"""A server that has no good answer, for the ends that no real product can be asked for.

usage: stub.py PORT MODE
  accept-fin, accept-rst   accepts and closes at once
  hello-fin, hello-rst     reads what comes first, then closes
  one-read ADDRESS PORT    forwards a ClientHello that comes in one segment; of a longer one it takes
                           the first segment and never answers
  late-tls ADDRESS PORT    closes on a ClientHello of TLS 1.1 or later, forwards older ones
"""

import socket
import struct
import sys
import threading
import time

port, mode = int(sys.argv[1]), sys.argv[2]


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def pump(source, target):
    while data := source.recv(4096):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


def serve(connection):
    if mode == "accept-fin":
        connection.close()
    elif mode == "accept-rst":
        reset(connection)
    else:
        hello = connection.recv(1448 if mode == "one-read" else 4096)
        if mode == "hello-fin":
            connection.close()
        elif mode == "hello-rst":
            reset(connection)
        elif mode == "one-read" and len(hello) < 5 + int.from_bytes(hello[3:5], "big"):
            time.sleep(600)
        # Record header (5), handshake header (4), version wanted (2).
        elif mode == "late-tls" and hello[9:11] > b"\x03\x01":
            connection.close()
        else:
            other = socket.create_connection((sys.argv[3], int(sys.argv[4])))
            other.sendall(hello)
            threading.Thread(target=pump, args=(other, connection), daemon=True).start()
            pump(connection, other)


listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
