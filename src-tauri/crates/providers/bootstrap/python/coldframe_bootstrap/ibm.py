"""An OpenWhisk action in Python behind its action proxy: `main(args)` takes a dictionary and returns one.

What Coldframe runs is there from the start, so that its file keeps its name in tracebacks, and `/init` comes too late for
it. A process that is told of no action waits for `/init` to bring one.
<https://github.com/apache/openwhisk/blob/master/docs/actions-new.md#action-interface>
"""

import json
import os
import sys

from .serve import Reply, load_module, log, serve

_environ = os.environ
# Where an activation ends in the streams of a process whose platform reads no further.
_END = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX"
_defaults = json.loads(_environ.get("__OW_DEFAULTS", "{}"))


def _reply(status, value, outcome=None):
    headers = [("Content-Type", "application/json")]
    if outcome:
        headers.append(("coldframe-outcome", outcome))
    return Reply(status, headers, json.dumps(value, ensure_ascii=False).encode())


def _main_of(path, name):
    main = getattr(load_module(path, "action"), name, None)
    if not callable(main):
        raise AttributeError(f"{path} defines no function `{name}`")
    return main


def _run(main, message):
    """An activation: what of the message is no parameter becomes the action's environment."""
    value = message.pop("value", None) or {}
    for key, text in message.items():
        _environ["__OW_" + key.upper()] = str(text)
    try:
        result = main(value if isinstance(value, list) else {**_defaults, **value})
        result = {} if result is None else result
        if not isinstance(result, (dict, list)):
            error = {"error": "The action did not return a dictionary or array."}
            return _reply(502, error, "action developer error")
        failed = isinstance(result, dict) and "error" in result
        return _reply(200, result, "application error" if failed else None)
    except Exception as exception:
        log(exception)
        return _reply(200, {"error": str(exception)}, "application error")


class _Proxy:
    """Its two endpoints, of an action that is there or, without `main`, is waited for."""

    def __init__(self, main=None):
        self._main = main
        # Coldframe reads to the end of what was written.
        self._framed = main is None

    def respond(self, request):
        endpoint = {"/init": self._init, "/run": self._activate}.get(request.target)
        if endpoint is None:
            return _reply(404, {"error": "not found"})
        try:
            message = json.loads(request.body)
        except ValueError as exception:
            return _reply(400, {"error": f"Error unmarshaling request: {exception}"})
        return endpoint(message or {})

    def _init(self, message):
        if self._main is not None:
            error = "Cannot initialize the action more than once."
            print(error, file=sys.stderr)
            return _reply(403, {"error": error})
        value = message.get("value") or {}
        if not value.get("code"):
            return _reply(403, {"error": "Missing main/no code to execute."})
        # What an action brings is nothing that any other contract's functions need.
        from .ibm_action import brought

        try:
            self._main = _main_of(brought(value), value.get("main") or "main")
        except Exception as exception:
            log(exception)
            self._end()
            unread = isinstance(exception, SyntaxError)
            failed = "The action failed to generate or locate a binary. See" if unread else "Cannot start action. Check"
            return _reply(502, {"error": f"{failed} logs for details."})
        return _reply(200, {"ok": True})

    def _activate(self, message):
        if self._main is None:
            return _reply(500, {"error": "no action defined yet"})
        reply = _run(self._main, message)
        if self._framed:
            self._end()
        return reply

    def _end(self):
        for stream in (sys.stdout, sys.stderr):
            print(_END, file=stream, flush=True)


def _load():
    path = _environ.get("COLDFRAME_HANDLER")
    return _Proxy(_main_of(path, _environ["COLDFRAME_MAIN"]) if path else None).respond


def main():
    serve(_load)
