"""A device in between: on a ClientHello that names HOST it sends a reset to the client, or to both sides.

usage: inject.py INTERFACE HOST TTL client|both    (IPv4, Ethernet; to be run on the router)
Built by hand, as such devices do: the TTL is the device's own.
"""

import socket
import struct
import sys

interface, host, ttl, whom = sys.argv[1], sys.argv[2].encode(), int(sys.argv[3]), sys.argv[4]


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def reset(source, target, sport, dport, sequence):
    tcp = struct.pack("!HHIIBBHHH", sport, dport, sequence, 0, 5 << 4, 4, 0, 0, 0)
    pseudo = source + target + struct.pack("!HH", 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0xD1CE, 0, ttl, 6, 0, source, target) + tcp


listen = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
listen.bind((interface, 0x0800))
send = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
print("ready", flush=True)
while True:
    packet, address = listen.recvfrom(65535)
    if address[2] == socket.PACKET_OUTGOING or packet[9] != 6 or host not in packet:
        continue
    source, target = packet[12:16], packet[16:20]
    tcp = packet[(packet[0] & 15) * 4 :]
    sport, dport, sequence, acknowledged = struct.unpack("!HHII", tcp[:12])
    size = struct.unpack("!H", packet[2:4])[0] - (packet[0] & 15) * 4 - (tcp[12] >> 4) * 4
    send.sendto(reset(target, source, dport, sport, acknowledged), (socket.inet_ntoa(source), 0))
    if whom == "both":
        send.sendto(reset(source, target, sport, dport, (sequence + size) % 2**32), (socket.inet_ntoa(target), 0))
