# A dynamic route on Vercel: one file answers at /api/colors/red, /api/colors/green and so on.
import json
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlparse

COLORS = {"red": "#c0392b", "green": "#27ae60", "blue": "#2980b9"}


class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = urlparse(self.path).path.rsplit("/", 1)[-1]
        found = name in COLORS
        body = json.dumps({"name": name, "hex": COLORS.get(name)}).encode()
        self.send_response(200 if found else 404)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(body)
