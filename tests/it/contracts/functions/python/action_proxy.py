"""An OpenWhisk action's container: an action proxy of its own, in whatever language."""

import json
import os
import sys
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer

from acts import act

END = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX"


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, said = 200, {"ok": True}
        if self.path == "/init":
            os.environ.update(message["value"]["env"])
        else:
            value = message.pop("value")
            os.environ.update({f"__OW_{name.upper()}": str(text) for name, text in message.items()})
            try:
                said = act(value)
            except Exception as error:
                traceback.print_exc()
                status, said = 502, {"error": str(error)}
            print(END, flush=True)
            print(END, file=sys.stderr, flush=True)
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Proxy).serve_forever()
