import json

import azure.functions as func
from acts import act

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="garden")
def garden(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(act(req.params)), mimetype="application/json")
