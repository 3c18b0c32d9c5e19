"""Calls a function with a request of Flask's own, where Flask is installed and Google's framework is not: `jsonify`,
`abort`, `make_response` and the global `request` are then what they are under the framework.
"""

import contextlib
import importlib.util


def made(source, target):
    """An application to run the function in; `None` where there is no Flask."""
    if importlib.util.find_spec("flask") is None:
        return None
    import os

    import flask

    return flask.Flask(target, template_folder=os.path.join(os.path.dirname(os.path.abspath(source)), "templates"))


def loading(app):
    """What a function's module is loaded in."""
    return contextlib.nullcontext() if app is None else app.app_context()


def responder(app, function, crashed):
    """The function from a request to a reply."""
    import flask
    from werkzeug.routing import Rule

    from .applications import responder

    def view(path):
        return function(flask.request._get_current_object())

    def crash(_error):
        return crashed, 500, {"X-Google-Status": "crash"}

    app.register_error_handler(500, crash)
    app.url_map.add(Rule("/", defaults={"path": ""}, endpoint="run"))
    app.url_map.add(Rule("/<path:path>", endpoint="run"))
    app.view_functions["run"] = view
    return responder(app)
