import base64
import json

def respond(request):
    """A request as an Application Load Balancer's event, and the answer that is meant."""
    answer = call(event_of(request))
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return 502, [("content-type", "text/html")], b"502 Bad Gateway"
    if ALL_VALUES:
        given = [(name, one) for name, values in (answer.get("multiValueHeaders") or {}).items() for one in values]
    else:
        given = list((answer.get("headers") or {}).items())
    headers = [(name.lower(), one if isinstance(one, str) else json.dumps(one)) for name, one in given if one is not None]
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "application/octet-stream"))
    body = answer.get("body") or ""
    return int(answer["statusCode"]), headers, base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()

def event_of(request):
    headers = {name.lower(): [value] for name, value in request["headers"].items()}
    query = {}
    # As they were sent: a load balancer decodes nothing.
    for pair in filter(None, request["query"].split("&")):
        name, _, value = pair.partition("=")
        query.setdefault(name, []).append(value)
    kind = request["headers"].get("content-type", "").partition(";")[0].strip().lower()
    text = kind.startswith("text/") or kind in ("application/json", "application/xml", "application/javascript")
    body, encoded = request["body"], bool(request["body"]) and (not text or "content-encoding" in headers)
    if not ALL_VALUES:
        headers, query = ({name: values[-1] for name, values in all_of.items()} for all_of in (headers, query))
    return {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/elsewhere/0"}},
        "httpMethod": request["method"],
        "path": request["path"],
        "multiValueQueryStringParameters" if ALL_VALUES else "queryStringParameters": query,
        "multiValueHeaders" if ALL_VALUES else "headers": headers,
        "body": base64.b64encode(body).decode() if encoded else body.decode(errors="replace"),
        "isBase64Encoded": encoded,
    }
