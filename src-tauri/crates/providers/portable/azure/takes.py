import azure.functions as func
from urllib.parse import urlsplit

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

@app.route(route="{*path}")
def on_azure(req: func.HttpRequest) -> func.HttpResponse:
    parts = urlsplit(req.url)
    status, headers, body = respond({
        "method": req.method,
        "path": parts.path,
        "query": parts.query,
        "headers": dict(req.headers),
        "body": req.get_body(),
    })
    return func.HttpResponse(body, status_code=status, headers=dict(headers))
