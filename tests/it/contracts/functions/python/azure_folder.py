import json

import azure.functions as func

from .acts import act


def main(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(act(req.params)), mimetype="application/json")
