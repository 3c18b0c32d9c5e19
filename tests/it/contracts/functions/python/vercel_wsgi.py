import json
from urllib.parse import parse_qsl

from lib.acts import act


def app(environ, start_response):
    said = json.dumps(act(dict(parse_qsl(environ["QUERY_STRING"]))))
    start_response("200 OK", [("Content-Type", "application/json")])
    return [said.encode()]
