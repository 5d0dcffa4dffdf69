"""A web server that speaks NTLM (scheme "NTLM", RFC 4559 style, one logon per connection).

usage: ntlm.py PORT
The one user is CONTOSO\\alice with the password "secret". The messages are made and checked with
impacket; Debian has no web server that takes them raw (not within Negotiate) without a domain.
"""

import base64
import os
import struct
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from impacket import ntlm

FLAGS = (ntlm.NTLMSSP_NEGOTIATE_UNICODE | ntlm.NTLMSSP_REQUEST_TARGET | ntlm.NTLMSSP_NEGOTIATE_NTLM
         | ntlm.NTLMSSP_NEGOTIATE_TARGET_INFO | ntlm.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY
         | ntlm.NTLMSSP_TARGET_TYPE_DOMAIN)


def message_2(challenge):
    domain = "CONTOSO".encode("utf-16le")
    names = ntlm.AV_PAIRS()
    names[ntlm.NTLMSSP_AV_DOMAINNAME] = domain
    names[ntlm.NTLMSSP_AV_HOSTNAME] = "MAIL".encode("utf-16le")
    info = names.getData()
    return (b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(domain), len(domain), 48, FLAGS) + challenge
            + bytes(8) + struct.pack("<HHI", len(info), len(info), 48 + len(domain)) + domain + info)


def is_alice(token, challenge):
    message = ntlm.NTLMAuthChallengeResponse()
    message.fromString(token)
    user, domain = message["user_name"].decode("utf-16le"), message["domain_name"].decode("utf-16le")
    key = ntlm.NTOWFv2(user, "secret", domain)
    proof, rest = message["ntlm"][:16], message["ntlm"][16:]
    return user == "alice" and proof == ntlm.hmac_md5(key, challenge + rest)


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Server"
    sys_version = ""
    challenge = None
    known = False

    def do_GET(self):
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        offer = "NTLM"
        if scheme == "NTLM":
            token = base64.b64decode(token)
            if token[8] == 1:
                self.challenge = os.urandom(8)
                offer += " " + base64.b64encode(message_2(self.challenge)).decode()
            elif self.challenge:
                self.known = is_alice(token, self.challenge)
        self.send_response(200 if self.known else 401)
        body = b"It works.\n" if self.known else b"You are not authorized to view this page.\n"
        if not self.known:
            self.send_header("WWW-Authenticate", offer)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", int(sys.argv[1])), Server).serve_forever()
