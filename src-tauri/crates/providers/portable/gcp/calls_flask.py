from flask import Flask
from flask import request as current

_flask = Flask(__name__)

def respond(request):
    """With the request and by the rules that Flask has for it, as in the functions framework."""
    sent = {"method": request["method"], "query_string": request["query"], "data": request["body"]}
    headers = {name: value for name, value in request["headers"].items() if name not in ("host", "content-length")}
    with _flask.test_request_context(request["path"], headers=headers, **sent):
        answer = _flask.make_response(called(current))
    return answer.status_code, list(answer.headers), answer.get_data()
