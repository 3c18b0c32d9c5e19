import base64
import json
import time
import uuid
from datetime import datetime, timezone
from urllib.parse import parse_qsl

STAGE = @STAGE@

def is_binary(media):
    known = [own.lower() for own in STAGE["binary"]]
    return "*/*" in known or any(own == media or own.endswith("/*") and media.startswith(own[:-1]) for own in known)

def respond(request):
    """A request as a REST API's event (payload format 1.0), and the answer that is meant."""
    answer = call(event_of(request))
    allowed = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
    if not isinstance(answer, dict) or not allowed.issuperset(answer):
        return 502, [("content-type", "application/json")], b'{"message":"Internal server error"}'
    pairs = [(name, one) for name, values in (answer.get("multiValueHeaders") or {}).items() for one in values]
    pairs += (answer.get("headers") or {}).items()
    headers = []
    for name, value in pairs:
        pair = name.lower(), value if isinstance(value, str) else json.dumps(value)
        if value is not None and pair not in headers:
            headers.append(pair)
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "application/json"))
    body = answer.get("body") or ""
    accepted = request["headers"].get("accept", "").split(",")[0].partition(";")[0].strip().lower()
    encoded = answer.get("isBase64Encoded") and is_binary(accepted)
    return int(answer.get("statusCode") or 200), headers, base64.b64decode(body) if encoded else body.encode()

def last(values):
    return {name: all_of[-1] for name, all_of in values.items()} or None

def event_of(request):
    """What a request does not have is null."""
    route, variables = route_of(request["method"], request["path"])
    resource = route.partition(" ")[2] or request["path"]
    headers = {
        "-".join(word[:1].upper() + word[1:] for word in name.split("-")): [value]
        for name, value in request["headers"].items()
    }
    query = {}
    for name, value in parse_qsl(request["query"], keep_blank_values=True):
        query.setdefault(name, []).append(value)
    body, media = request["body"], request["headers"].get("content-type", "").partition(";")[0].strip().lower()
    encoded = bool(body) and is_binary(media or "application/json")
    identity = dict.fromkeys((
        "accessKey", "accountId", "caller", "cognitoAuthenticationProvider", "cognitoAuthenticationType",
        "cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId", "user", "userArn",
    ))
    host = request["headers"].get("host", "localhost")
    return {
        "resource": resource,
        "path": request["path"],
        "httpMethod": request["method"],
        "headers": last(headers),
        "multiValueHeaders": headers or None,
        "queryStringParameters": last(query),
        "multiValueQueryStringParameters": query or None,
        "pathParameters": variables or None,
        "stageVariables": STAGE["variables"] or None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "elsewhere",
            "deploymentId": "elsewhere",
            "domainName": host,
            "domainPrefix": host.split(".")[0],
            "extendedRequestId": uuid.uuid4().hex[:15] + "=",
            "httpMethod": request["method"],
            "identity": {**identity, "sourceIp": "127.0.0.1", "userAgent": request["headers"].get("user-agent", "")},
            "path": "/" + STAGE["name"] + request["path"],
            "protocol": "HTTP/1.1",
            "requestId": str(uuid.uuid4()),
            "requestTime": datetime.now(timezone.utc).strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "requestTimeEpoch": int(time.time() * 1000),
            "resourceId": "elsewh",
            "resourcePath": resource,
            "stage": STAGE["name"],
        },
        "body": (base64.b64encode(body).decode() if encoded else body.decode(errors="replace")) if body else None,
        "isBase64Encoded": encoded,
    }
