# Change the greeting, save, and call it again: the next call runs the new code.
import json
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlparse

GREETING = "Hello"


class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = parse_qs(urlparse(self.path).query).get("name", ["world"])[0]
        print(f"greeting {name}")
        body = json.dumps({"message": f"{GREETING}, {name}!"}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
