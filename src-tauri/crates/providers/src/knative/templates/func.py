# Change the greeting, save, and call it again: the next call runs the new code.
import json
import logging
from urllib.parse import parse_qs

GREETING = "Hello"


def new():
    return Function()


class Function:
    async def handle(self, scope, receive, send):
        query = parse_qs(scope["query_string"].decode())
        name = query.get("name", ["world"])[0]
        logging.info("greeting %s", name)
        body = json.dumps({"message": f"{GREETING}, {name}!"}).encode()
        headers = [[b"content-type", b"application/json"]]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
