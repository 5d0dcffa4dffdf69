"""pcap to pcapng, with nothing in it but the packets (and, if given, TLS secrets).

usage: pcapng.py IN.pcap[,IN.pcap…] OUT.pcapng [KEYLOG]
Several captures become several interfaces, their packets in the order of their times.
editcap would write its own name and the distribution's into the header.
"""

import struct
import sys


def block(kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def interface(data):
    magic, _, _, _, _, snaplen, link = struct.unpack_from("<IHHiIII", data)
    nano = {0xA1B2C3D4: False, 0xA1B23C4D: True}[magic]
    options = struct.pack("<HHBxxxHH", 9, 1, 9, 0, 0) if nano else b""
    return 10**9 if nano else 10**6, block(1, struct.pack("<HHI", link, 0, snaplen) + options)


def packets(data, unit, number):
    at = 24
    while at < len(data):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", data, at)
        time = seconds * unit + fraction
        head = struct.pack("<IIIII", number, time >> 32, time & 0xFFFFFFFF, captured, length)
        yield time * (10**9 // unit), block(6, head + data[at + 16 : at + 16 + captured])
        at += 16 + captured


def main(sources, target, keylog=None):
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    found = []
    for number, source in enumerate(sources.split(",")):
        data = open(source, "rb").read()
        unit, description = interface(data)
        out += description
        found += packets(data, unit, number)
    if keylog:
        secrets = open(keylog, "rb").read()
        # Comment lines may name the library that wrote them.
        secrets = b"".join(line for line in secrets.splitlines(True) if not line.startswith(b"#"))
        out += block(10, struct.pack("<II", 0x544C534B, len(secrets)) + secrets)
    if "," in sources:
        found.sort(key=lambda packet: packet[0])
    open(target, "wb").write(out + b"".join(body for _, body in found))


main(*sys.argv[1:])
