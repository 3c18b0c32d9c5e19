import asyncio
import json
from urllib.parse import parse_qsl

from acts import act


def new():
    return Function()


class Function:
    async def handle(self, scope, receive, send):
        said = await asyncio.to_thread(act, dict(parse_qsl(scope["query_string"].decode())))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(said).encode()})
