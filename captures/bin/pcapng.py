"""pcap to pcapng, with nothing in it but the packets (and, if given, TLS secrets).

usage: pcapng.py IN.pcap OUT.pcapng [KEYLOG]
editcap would write its own name and the distribution's into the header.
"""

import struct
import sys


def block(kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def main(source, target, keylog=None):
    data = open(source, "rb").read()
    magic, _, _, _, _, snaplen, link = struct.unpack_from("<IHHiIII", data)
    nano = {0xA1B2C3D4: False, 0xA1B23C4D: True}[magic]
    unit = 10**9 if nano else 10**6
    options = struct.pack("<HHBxxxHH", 9, 1, 9, 0, 0) if nano else b""
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += block(1, struct.pack("<HHI", link, 0, snaplen) + options)
    if keylog:
        secrets = open(keylog, "rb").read()
        # Comment lines may name the library that wrote them.
        secrets = b"".join(line for line in secrets.splitlines(True) if not line.startswith(b"#"))
        out += block(10, struct.pack("<II", 0x544C534B, len(secrets)) + secrets)
    at = 24
    while at < len(data):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", data, at)
        time = seconds * unit + fraction
        head = struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, captured, length)
        out += block(6, head + data[at + 16 : at + 16 + captured])
        at += 16 + captured
    open(target, "wb").write(out)


main(*sys.argv[1:])
