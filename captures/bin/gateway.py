"""A publishing gateway: TLS 1.0 with a phone outside, plain HTTP with a mail server inside.

usage: gateway.py ADDRESS:PORT CERTIFICATE.pem INSIDE-NAME
One request a connection. It asks for the address of the mail server each time, tries without
credentials first, and then with those that the phone sent.
"""

import socket
import ssl
import sys
import threading

(address, _, port), certificate, inside = sys.argv[1].rpartition(":"), sys.argv[2], sys.argv[3]


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(4096)
        if not more:
            raise OSError("closed early")
        head += more
    head, _, rest = head.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    return lines[0], {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}, rest


def read_message(connection):
    first, headers, body = read_head(connection)
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(4096)
    return first, headers, body


def ask_inside(request, headers, body):
    """The status line of the mail server's last word."""
    there = socket.getaddrinfo(inside, 80, socket.AF_INET, socket.SOCK_STREAM)[0][4]
    head = f"{request}\r\nHost: {inside}\r\nContent-Length: {len(body)}\r\nContent-Type: application/vnd.ms-sync.wbxml\r\n"
    with socket.create_connection(there) as mail:
        mail.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        mail.sendall(f"{head}\r\n".encode())
        # The refusal begins to come before the body has gone.
        mail.recv(1, socket.MSG_PEEK)
        mail.sendall(body)
        status, _, _ = read_message(mail)
        if " 401 " in status:
            mail.sendall(f"{head}Authorization: {headers['authorization']}\r\nExpect: 100-continue\r\n\r\n".encode())
            read_head(mail)
            mail.sendall(body)
            status, _, _ = read_message(mail)
        return status


def serve(connection):
    try:
        with context.wrap_socket(connection, server_side=True) as phone:
            try:
                status = ask_inside(*read_message(phone))
            except socket.gaierror:
                status = "HTTP/1.1 500 Internal Server Error"
            phone.sendall(f"{status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    except OSError as error:
        print(error, file=sys.stderr)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
context.set_ciphers("DEFAULT:@SECLEVEL=0")
context.load_cert_chain(certificate)
listener = socket.create_server((address, int(port)))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
