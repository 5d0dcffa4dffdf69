"""An SMTP server (aiosmtpd) with or without STARTTLS.

usage: smtp.py PORT [CERT KEY]
"""

import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

options = {}
if len(sys.argv) > 2:
    options["tls_context"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    options["tls_context"].load_cert_chain(sys.argv[2], sys.argv[3])
Controller(Sink(), hostname="198.51.100.20", port=int(sys.argv[1]), server_hostname="mail.contoso.example",
           ident="ESMTP", **options).start()
while True:
    time.sleep(60)
