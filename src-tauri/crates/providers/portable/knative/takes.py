from urllib.parse import quote

class Function:
    async def handle(self, scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        status, headers, body = respond({
            "method": scope["method"],
            "path": scope["raw_path"].decode() if scope.get("raw_path") else quote(scope["path"], safe="/~:@!$&'()*+,;="),
            "query": scope["query_string"].decode(),
            "headers": {name.decode().lower(): value.decode() for name, value in scope["headers"]},
            "body": body,
        })
        headers = [(name.encode(), str(value).encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

def new():
    return Function()
