import base64
import json
from urllib.parse import parse_qsl

def respond(request):
    """A request as a function URL's event (payload format 2.0), and the answer that is meant."""
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request["path"],
        "rawQueryString": request["query"],
        "headers": request["headers"],
        "queryStringParameters": dict(parse_qsl(request["query"], keep_blank_values=True)),
        "requestContext": {
            "stage": "$default",
            "http": {"method": request["method"], "path": request["path"], "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
        },
        "body": base64.b64encode(request["body"]).decode() if request["body"] else None,
        "isBase64Encoded": bool(request["body"]),
    }
    kind = next((value for name, value in request["headers"].items() if name.lower() == "content-type"), "")
    kind = kind.partition(";")[0].strip().lower()
    if kind.startswith("text/") or kind in ("application/json", "application/xml", "application/javascript"):
        try:
            event["body"], event["isBase64Encoded"] = request["body"].decode() or None, False
        except UnicodeDecodeError:
            pass
    answer = call(event)
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return 200, {"content-type": "application/json"}, json.dumps(answer).encode()
    body = answer.get("body") or ""
    body = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers = {"content-type": "application/json"}
    headers.update((name.lower(), str(value)) for name, value in (answer.get("headers") or {}).items())
    return int(answer["statusCode"]), headers, body
