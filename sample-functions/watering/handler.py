# An Azure custom handler: any program that answers HTTP on the port it is told. GET /api/watering/peas?rain=4
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

# Millimetres a day.
NEEDS = {"peas": 4, "lettuce": 6, "tomatoes": 9}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlparse(self.path)
        bed = url.path.rsplit("/", 1)[-1]
        rain = float(parse_qs(url.query).get("rain", ["0"])[0])
        if bed not in NEEDS:
            return self.answer(404, {"error": f"nothing grows in the bed {bed!r}"})
        print(f"{bed}: {rain} mm of rain", flush=True)
        self.answer(200, {"bed": bed, "water_mm": max(0, NEEDS[bed] - rain)})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ["FUNCTIONS_CUSTOMHANDLER_PORT"])), Handler).serve_forever()
