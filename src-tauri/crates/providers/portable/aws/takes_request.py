import base64

def handler(event, context):
    """Behind a function URL or an HTTP API."""
    body = event.get("body") or ""
    status, headers, body = respond({
        "method": event["requestContext"]["http"]["method"],
        "path": event["rawPath"],
        "query": event["rawQueryString"],
        "headers": event["headers"],
        "body": base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(),
    })
    return {"statusCode": status, "headers": headers, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}
