"""An OpenWhisk action in Python, as its action proxy runs it: `main(args)` takes a dictionary and returns one.

The action is there from the start, so that its file keeps its name in tracebacks; `/init` says so, `/run` runs it.
"""

import json
import os
import sys

from .serve import Reply, load_module, log, serve

_environ = os.environ


def _reply(status, value, outcome=None):
    headers = [("Content-Type", "application/json")]
    if outcome:
        headers.append(("coldframe-outcome", outcome))
    return Reply(status, headers, json.dumps(value).encode())


def _load():
    path, name = _environ["COLDFRAME_HANDLER"], _environ["COLDFRAME_MAIN"]
    module = load_module(path, "action")
    main = getattr(module, name, None)
    if not callable(main):
        raise AttributeError(f"{path} defines no function `{name}`")
    defaults = json.loads(_environ.get("__OW_DEFAULTS", "{}"))

    def respond(request):
        if request.target == "/init":
            return _reply(403, {"error": "Cannot initialize the action more than once."})
        if request.target != "/run":
            return _reply(404, {"error": "not found"})
        message = json.loads(request.body)
        value = {**defaults, **(message.pop("value", None) or {})}
        for key, text in message.items():
            _environ["__OW_" + key.upper()] = str(text)
        try:
            result = main(value)
            body = json.dumps(result if result is not None else {})
        except Exception as exception:
            log(exception)
            return _reply(200, {"error": str(exception)}, "application error")
        if not isinstance(result if result is not None else {}, (dict, list)):
            error = {"error": "The action did not return a dictionary or array."}
            return _reply(502, error, "action developer error")
        failed = isinstance(result, dict) and "error" in result
        return Reply(
            200,
            [("Content-Type", "application/json")] + ([("coldframe-outcome", "application error")] if failed else []),
            body.encode(),
        )

    return respond


def main():
    serve(_load)
