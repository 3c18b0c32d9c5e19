import base64

def handler(event, context):
    """Behind a function URL or an HTTP API."""
    body = event.get("body") or ""
    cookies = event.get("cookies")
    status, answered, body = respond({
        "method": event["requestContext"]["http"]["method"],
        "path": event["rawPath"],
        "query": event["rawQueryString"],
        "headers": {**event["headers"], "cookie": "; ".join(cookies)} if cookies else event["headers"],
        "body": base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(),
    })
    headers, set_cookies = {}, []
    for name, value in answered:
        name = name.lower()
        if name == "set-cookie":
            set_cookies.append(value)
        else:
            headers[name] = headers[name] + ", " + value if name in headers else value
    body = base64.b64encode(body).decode()
    return {"statusCode": status, "headers": headers, "cookies": set_cookies, "body": body, "isBase64Encoded": True}
