import base64
import json

def main(params):
    """As a Code Engine function is called over HTTP."""
    headers = {name.lower(): value for name, value in params["__ce_headers"].items()}
    kind = headers.get("content-type", "")
    plain = kind.startswith("text/") or kind.startswith("application/x-www-form-urlencoded")
    # Left out of a request without one.
    body = params.get("__ce_body") or ""
    status, answered, body = respond({
        "method": params["__ce_method"],
        "path": params["__ce_path"],
        "query": params["__ce_query"],
        "headers": headers,
        "body": body.encode() if plain else base64.b64decode(body),
    })
    # A name with several values has a list of them.
    headers = {}
    for name, value in answered:
        name = name.lower()
        known = headers.get(name)
        headers[name] = value if known is None else [*known, value] if isinstance(known, list) else [known, value]
    kind = headers.get("content-type", "")
    if kind.startswith("application/json") and body:
        try:
            return {"statusCode": status, "headers": headers, "body": json.loads(body)}
        except ValueError:
            # Code Engine refuses a body that is not what its type says.
            kind = headers["content-type"] = "text/plain"
    text = not kind or kind.startswith("text/")
    return {"statusCode": status, "headers": headers, "body": body.decode() if text else base64.b64encode(body).decode()}
