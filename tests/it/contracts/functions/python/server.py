"""Any program that listens: a Knative service, and an Azure custom handler of both forms."""

import json
import os
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from acts import act


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(lambda: act(dict(parse_qsl(urlsplit(self.path).query))))

    def do_POST(self):
        self.answer(lambda: self.output(json.loads(self.body())))

    def output(self, envelope):
        said = json.dumps(act(envelope["Data"]["req"]["Query"]))
        response = {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": said}
        return {"Outputs": {"res": response}, "Logs": [], "ReturnValue": None}

    def body(self):
        """The host sends it in chunks."""
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        chunks = []
        while length := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(length))
            self.rfile.readline()
        return b"".join(chunks)

    def answer(self, said):
        status, text = 200, ""
        try:
            text = json.dumps(said())
        except Exception as error:
            traceback.print_exc()
            status, text = 500, str(error)
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status == 200 else "text/plain")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


port = os.environ.get("FUNCTIONS_CUSTOMHANDLER_PORT") or os.environ["PORT"]
ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
