"""A TLS client that can be told how to behave; the TLS is Python's (OpenSSL's).

It stands for applications that take the handshake as it comes and judge the
certificate themselves afterwards: --check runs `openssl verify` over the leaf,
--crl fetches the revocation list, and the client hangs up if that fails, without an alert.
"""

import argparse
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

parse = argparse.ArgumentParser()
parse.add_argument("host")
parse.add_argument("port", type=int)
parse.add_argument("--bind")
parse.add_argument("--sni")
parse.add_argument("--min", default="TLSv1_2")
parse.add_argument("--max", default="TLSv1_3")
parse.add_argument("--ciphers")
parse.add_argument("--alpn")
parse.add_argument("--ca", help="verify within the handshake against these roots")
parse.add_argument("--check", help="verify after the handshake against these roots")
parse.add_argument("--crl", help="fetch the revocation list from here after the handshake")
parse.add_argument("--cert")
parse.add_argument("--send", help="path to GET")
parse.add_argument("--leave", default="fin", choices=["fin", "close", "rst", "notify"],
                   help="fin: shut down, then read to the end; close: just close; rst: reset; notify: close_notify first")
parse.add_argument("--pause", type=float, default=0, help="seconds between the end of the handshake and the next step")
parse.add_argument("--times", type=int, default=1)
parse.add_argument("--every", type=float, default=3, help="seconds from one try to the next")
parse.add_argument("--keylog")
args = parse.parse_args()


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_REQUIRED if args.ca else ssl.CERT_NONE
    made.minimum_version = ssl.TLSVersion[args.min]
    made.maximum_version = ssl.TLSVersion[args.max]
    if args.ca:
        made.load_verify_locations(args.ca)
    if args.cert:
        made.load_cert_chain(args.cert)
    if args.ciphers:
        made.set_ciphers(args.ciphers)
    if args.alpn:
        made.set_alpn_protocols(args.alpn.split(","))
    if args.keylog:
        made.keylog_filename = args.keylog
    return made


def acceptable(der):
    if args.crl:
        try:
            urllib.request.urlopen(args.crl, timeout=15).read()
        except OSError as error:
            print(error, file=sys.stderr)
            return False
    if not args.check:
        return True
    with tempfile.NamedTemporaryFile("w", suffix=".crt") as leaf:
        leaf.write(ssl.DER_cert_to_PEM_cert(der))
        leaf.flush()
        verdict = subprocess.run(["openssl", "verify", "-CAfile", args.check, leaf.name],
                                 stdout=sys.stderr, stderr=subprocess.STDOUT)
    return verdict.returncode == 0


def leave(tls):
    if args.leave == "notify":
        tls.unwrap().close()
        return
    # From here on beneath TLS: no close_notify.
    raw = socket.socket(fileno=tls.detach())
    raw.settimeout(3)
    if args.leave == "rst":
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if args.leave == "fin":
        raw.shutdown(socket.SHUT_WR)
        try:
            while raw.recv(4096):
                pass
        except OSError:
            pass
    raw.close()


def once():
    source = (args.bind, 0) if args.bind else None
    tcp = socket.create_connection((args.host, args.port), 40, source)
    tls = context().wrap_socket(tcp, server_hostname=args.sni)
    time.sleep(args.pause)
    if acceptable(tls.getpeercert(True)) and args.send:
        tls.sendall(f"GET {args.send} HTTP/1.0\r\nHost: {args.sni}\r\n\r\n".encode())
        while tls.recv(4096):
            pass
        args.leave = "notify"
    leave(tls)


for attempt in range(args.times):
    if attempt:
        time.sleep(args.every)
    try:
        once()
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
