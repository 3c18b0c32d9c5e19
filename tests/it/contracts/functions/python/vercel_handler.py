import json
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

from lib.acts import act


class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        said = json.dumps(act(dict(parse_qsl(urlsplit(self.path).query))))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(said.encode())
