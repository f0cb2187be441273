"""Receives deliveries of a webhook: verifies them, and prints the id of each change once. Put it
behind a server with TLS. Needs Python 3.9 or newer, and nothing else.

    WEBHOOK_SECRET=whsec_… python3 receive.py 8090
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import time

WINDOW = 5 * 60  # seconds: what is older, or from the future, was sent by somebody else
key = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
seen = set()  # keep it where it survives a restart


def is_genuine(headers, body):
    name, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdecimal() or abs(time.time() - int(at)) > WINDOW:
        return False
    digest = hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
    want = "v1," + base64.b64encode(digest).decode()
    given = headers.get("webhook-signature", "").split()  # two while the secret is rotated
    return any(hmac.compare_digest(one.encode(), want.encode()) for one in given)


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))  # verify these bytes, not JSON written anew
        genuine = is_genuine(self.headers, body)
        self.send_response(204 if genuine else 401)
        self.end_headers()  # answer first, work then: 15 seconds are all there is
        if not genuine or self.headers["webhook-id"] in seen:
            return
        seen.add(self.headers["webhook-id"])
        data = json.loads(body)["data"]
        if not data["complete"]:
            print("fetch", data["fetch"], flush=True)
        for change in data["changes"]:
            print("deleted" if change["deleted"] else "changed", change["id"], flush=True)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
print("listening on", server.server_port, flush=True)
server.serve_forever()
