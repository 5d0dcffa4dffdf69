#!/bin/sh
# HTTP/2 in clear: 401 without credentials, 200 with them, 404 for a page that is not there; and
# several requests on one connection. curl, nghttp, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
http2_of_alice
capture
try_client curl --http2-prior-knowledge --anyauth -u alice:secret http://mail.contoso.example/ http://mail.contoso.example/none
try_client nghttp -H 'authorization: Basic YWxpY2U6c2VjcmV0' http://mail.contoso.example/ http://mail.contoso.example/index.html
finish
