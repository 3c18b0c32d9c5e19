import base64
import json

# Besides text/*, JSON and XML, what Code Engine takes as text; everything else it takes in Base64.
AS_TEXT = ("application/xml", "application/javascript", "application/x-www-form-urlencoded")

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
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = kind == "application/json" or kind.endswith("+json")
    if is_json and body:
        try:
            json.loads(body)
        except ValueError:
            # Code Engine refuses a body that is not what its type says.
            headers["content-type"] = "text/plain"
    as_text = not kind or is_json or kind.startswith("text/") or kind.endswith("+xml") or kind in AS_TEXT
    body = body.decode(errors="replace") if as_text else base64.b64encode(body).decode()
    return {"statusCode": status, "headers": headers, "body": body}
