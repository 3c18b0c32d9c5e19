# Another provider's contract: Vercel calls a class over HTTP instead of handing an event to a function.
import json
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlparse


class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = parse_qs(urlparse(self.path).query).get("name", ["world"])[0]
        self.answer({"message": f"Hello, {name}!"})

    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        self.answer({"received": self.rfile.read(length).decode(errors="replace")})

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
