import base64
import json
import uuid
from datetime import datetime, timezone
from urllib.parse import parse_qsl

def respond(request):
    """A request as the event of a function URL or an HTTP API (payload format 2.0), and the answer that is meant."""
    answer = call(event_of(request))
    if not isinstance(answer, dict) or answer.get("statusCode") is None:
        return 200, [("content-type", "application/json")], json.dumps(answer).encode()
    body = answer.get("body")
    body = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    body = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers = {"content-type": "application/json"}
    headers.update((name.lower(), str(value)) for name, value in (answer.get("headers") or {}).items() if value is not None)
    cookies = [("set-cookie", cookie) for cookie in answer.get("cookies") or ()]
    return int(answer["statusCode"]), [*headers.items(), *cookies], body

def event_of(request):
    """What a request does not have is left out, as Lambda does."""
    headers = {name.lower(): value for name, value in request["headers"].items()}
    cookies = [cookie.strip() for cookie in headers.pop("cookie", "").split(";") if cookie.strip()]
    route, variables = route_of(request["method"], request["path"])
    now = datetime.now(timezone.utc)
    event = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": request["path"],
        "rawQueryString": request["query"],
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "function",
            "domainName": headers.get("host", "localhost"),
            "domainPrefix": "function",
            "http": {
                "method": request["method"],
                "path": request["path"],
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": route,
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    if variables:
        event["pathParameters"] = variables
    if cookies:
        event["cookies"] = cookies
    fields = {}
    for name, value in parse_qsl(request["query"], keep_blank_values=True):
        fields[name] = fields[name] + "," + value if name in fields else value
    if fields:
        event["queryStringParameters"] = fields
    if request["body"]:
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            if not kind.startswith("text/") and kind not in ("application/json", "application/xml", "application/javascript"):
                raise ValueError(kind)
            event["body"] = request["body"].decode()
        except ValueError:
            event["body"], event["isBase64Encoded"] = base64.b64encode(request["body"]).decode(), True
    return event
