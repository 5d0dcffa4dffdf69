"""Stands in for HTTP.sys of Windows where the target refuses the logon of a valid ticket.

usage: httpsys.py ADDRESS 401|reset
Without credentials it answers 401 and Negotiate. With them it answers 401 without a token, or
resets the connection. It does not look into the ticket.
"""

import http.server
import socket
import struct
import sys


class Target(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    how = "401"

    def version_string(self):
        return "Microsoft-HTTPAPI/2.0"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.how == "reset" and self.headers.get("Authorization"):
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", "Negotiate")
        self.send_header("Content-Length", "0")
        self.end_headers()


class Server(http.server.HTTPServer):
    def shutdown_request(self, request):
        # No FIN before the RST.
        request.close()


if __name__ == "__main__":
    Target.how = sys.argv[2]
    Server((sys.argv[1], 80), Target).serve_forever()
