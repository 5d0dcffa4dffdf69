"""A web server for what no real one does any more, or only with a product around it.

usage: web.py [ADDRESS:]PORT MODE
  no-continue          ignores Expect: 100-continue
  expectation-failed   refuses Expect with 417
These speak ActiveSync as far as status codes go, once they know alice's password:
  eas                  everything is well
  eas-449              every command but Provision gets 449, however often the policy was fetched
  eas-449-once         the same, until the policy was fetched and acknowledged
  eas-451              the mailbox is elsewhere: 451 and X-MS-Location
  eas-forbidden        403 for every command
"""

import base64
import sys
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

(address, _, port), mode = sys.argv[1].rpartition(":"), sys.argv[2]
ELSEWHERE = "http://old.contoso.example/Microsoft-Server-ActiveSync"
GOOD = "Basic " + base64.b64encode(b"alice:secret").decode()
# As long as the error pages that browsers used to show whatever their size.
PAGE = b"<html><body><h1>You are not authorized to view this page</h1>\r\n" + b"<p>.</p>\r\n" * 160


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Server"
    sys_version = ""
    # Head and body in one go.
    wbufsize = -1
    provisioned = 0

    def handle_expect_100(self):
        if mode == "expectation-failed":
            self.answer(417)
            self.wfile.flush()
            return False
        if mode == "no-continue" or not self.authorized():
            return True
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def authorized(self):
        return not mode.startswith("eas") or self.headers["Authorization"] == GOOD

    def answer(self, status, reason=None, body=b"", **headers):
        self.send_response(status, reason)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        self.do_POST()

    def do_OPTIONS(self):
        if not self.authorized():
            return self.answer(401, body=PAGE, WWW_Authenticate='Basic realm="mail.contoso.example"')
        return self.answer(200, MS_ASProtocolVersions="2.5,12.0,12.1", MS_ASProtocolCommands="Sync,Provision")

    def do_POST(self):
        length = int(self.headers["Content-Length"] or 0)
        if not self.authorized():
            self.answer(401, body=PAGE, WWW_Authenticate='Basic realm="mail.contoso.example"')
            self.wfile.flush()
            self.rfile.read(length)
            return None
        self.rfile.read(length)
        command = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("Cmd")
        if mode == "eas-forbidden":
            return self.answer(403)
        if mode == "eas-451":
            return self.answer(451, "Redirect", X_MS_Location=ELSEWHERE)
        if command == ["Provision"]:
            Server.provisioned += 1
        elif mode == "eas-449" or mode == "eas-449-once" and Server.provisioned < 2:
            return self.answer(449, "Retry after sending a PROVISION command")
        if not mode.startswith("eas"):
            return self.answer(200, body=b"It works.\n", Content_Type="text/plain")
        return self.answer(200, body=b"\x03\x01\x6a\x00\x05", Content_Type="application/vnd.ms-sync.wbxml")


ThreadingHTTPServer((address, int(port)), Server).serve_forever()
