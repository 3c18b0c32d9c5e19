"""Google's functions framework, as far as a function needs it that has nothing installed: the decorators, requests with
Flask's usual attributes (Flask's own, where that is installed), answers by Flask's rules, CloudEvents, background events.

Where the real framework is installed it runs instead, unchanged, on the port the emulator names.
"""

import importlib.util
import json
import os
import sys
import types

_environ = os.environ

CRASHED = "500 Internal Server Error: The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application."


class _Registry:
    def __init__(self):
        self.signatures = {}
        self.types = {}


_registry = _Registry()


def _http(function):
    _registry.signatures[function.__name__] = "http"
    return function


def _cloud_event(function):
    _registry.signatures[function.__name__] = "cloudevent"
    return function


def _typed(argument):
    def register(function, input_type):
        if input_type is None:
            input_type = next(iter(function.__annotations__.values()), None)
        if not callable(getattr(input_type, "from_dict", None)):
            raise AttributeError(f"The type {input_type} does not have the required method called  'from_dict'.")
        _registry.signatures[function.__name__] = "typed"
        _registry.types[function.__name__] = input_type
        return function

    if isinstance(argument, types.FunctionType):
        return register(argument, None)
    return lambda function: register(function, argument)


def _offer_decorators():
    """`import functions_framework` finds them."""
    from . import cloud_events

    module = types.ModuleType("functions_framework")
    module.http, module.cloud_event, module.typed = _http, _cloud_event, _typed
    sys.modules["functions_framework"] = module
    if importlib.util.find_spec("cloudevents") is None:
        _offer_events(cloud_events)


def _offer_events(ours):
    """`cloudevents.http` and what it is imported from."""

    def module(name, **members):
        made = types.ModuleType(name)
        made.__path__ = []
        made.__dict__.update(members)
        sys.modules[name] = made
        return made

    def sent(write):
        def to_request(event):
            headers, body = write(event)
            return dict(headers), body

        return to_request

    members = {
        "CloudEvent": ours.CloudEvent,
        "from_http": lambda headers, data=None, data_unmarshaller=None: ours.from_http(headers, data),
        "to_binary": sent(ours.to_binary),
        "to_structured": sent(ours.to_structured),
    }
    package = module("cloudevents")
    package.http = module("cloudevents.http", **members)
    package.http.event = module("cloudevents.http.event", CloudEvent=ours.CloudEvent)
    package.conversion = module("cloudevents.conversion", to_binary=members["to_binary"], to_structured=members["to_structured"])


def _load():
    from . import flask_calls
    from .serve import load_module

    _offer_decorators()
    target = _environ["FUNCTION_TARGET"]
    flask = flask_calls.made(_environ["FUNCTION_SOURCE"], target)
    with flask_calls.loading(flask):
        module = load_module(_environ["FUNCTION_SOURCE"], "main")
    if not hasattr(module, target):
        raise AttributeError(f"File {_environ['FUNCTION_SOURCE']} is expected to contain a function named '{target}'.")
    function = getattr(module, target)
    if not callable(function):
        raise TypeError(f"The function defined in file {_environ['FUNCTION_SOURCE']} as '{target}' needs to be of type function.")
    signature = _registry.signatures.get(target) or _environ.get("FUNCTION_SIGNATURE_TYPE") or "http"
    answers = {"http": _on_request, "cloudevent": _on_cloud_event, "event": _on_event, "typed": _on_typed}
    if signature not in answers:
        raise ValueError(f"FUNCTION_SIGNATURE_TYPE is {signature!r}, which is none of {', '.join(answers)}")
    if signature == "http" and flask is not None:
        return _unless_of_browsers(flask_calls.responder(flask, function, CRASHED))
    return _guarded(answers[signature], function, target)


def _unless_of_browsers(answer):
    return lambda request: _of_browsers(request) or answer(request)


def _of_browsers(request):
    """What browsers ask for by themselves is none of the function's."""
    from .serve import Reply

    if request.target.partition("?")[0] not in ("/robots.txt", "/favicon.ico"):
        return None
    return Reply(404, [("Content-Type", "text/plain; charset=utf-8")], b"Not Found")


def _guarded(answer, function, target):
    from .serve import Reply, log

    def respond(request):
        if answer is not _on_request and request.method != "POST":
            if answer is _on_event and request.method == "GET":
                return Reply(200, [("Content-Type", "text/html; charset=utf-8")])
            return Reply(405, [("Allow", "POST"), ("Content-Type", "text/html; charset=utf-8")], b"Method Not Allowed")
        try:
            return answer(function, request, target)
        except _Abort as abort:
            return Reply(abort.status, [("Content-Type", "text/plain; charset=utf-8")], str(abort).encode())
        except Exception as exception:
            log(exception)
            headers = [("Content-Type", "text/html; charset=utf-8"), ("X-Google-Status", "crash")]
            return Reply(500, headers, CRASHED.encode())

    return respond


class _Abort(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def _on_request(function, request, _target):
    from .requests import FlaskRequest, to_reply

    return _of_browsers(request) or to_reply(function(FlaskRequest(request)))


def _ok():
    from .serve import Reply

    return Reply(200, [("Content-Type", "text/html; charset=utf-8")], b"OK")


def _on_cloud_event(function, request, _target):
    from .cloud_events import NotACloudEvent, from_http

    try:
        event = from_http(request.headers, request.body)
    except NotACloudEvent as problem:
        event = _converted(request)
        if event is None:
            raise _Abort(
                400,
                "Function was defined with FUNCTION_SIGNATURE_TYPE=cloudevent but parsing CloudEvent failed.\n"
                f"Got HTTP headers: {request.headers}\nGot data: {bytes(request.body)}\nGot CloudEvent exception: {problem!r}",
            ) from None
    function(event)
    return _ok()


def _converted(request):
    """The CloudEvent that an event of the first generation is; `None` if it is none."""
    from . import cloud_events, google_events

    event = _legacy(request)
    if event is None:
        return None
    try:
        attributes, data = google_events.to_attributes(event)
        return cloud_events.CloudEvent(attributes, data)
    except (google_events.NotConvertible, cloud_events.NotACloudEvent):
        return None


def _legacy(request):
    """What an event of the first generation is sent as; `None` if this is none."""
    from .google_events import raw_message

    try:
        event = json.loads(request.body)
    except ValueError:
        return None
    event = raw_message(event, request.target) if isinstance(event, dict) else None
    return event if event is not None and "data" in event else None


def _on_event(function, request, _target):
    """A background event: `{"context": {…}, "data": …}`, or with the context's members beside `data`; or a CloudEvent
    that was one."""
    from . import cloud_events, google_events

    try:
        event = cloud_events.from_http(request.headers, request.body)
    except cloud_events.NotACloudEvent:
        event = _legacy(request)
        if event is None:
            raise _Abort(400, "Bad Request") from None
        context, data = google_events.context_of(event)
        function(data, google_events.background_context(context))
        return _ok()
    try:
        data, context = google_events.to_background(event)
    except (google_events.NotConvertible, AttributeError, KeyError, TypeError):
        raise _Abort(400, "Bad Request") from None
    function(data, context)
    return _ok()


def _on_typed(function, request, target):
    from .requests import to_reply

    result = function(_registry.types[target].from_dict(json.loads(request.body)))
    if result is None:
        return to_reply("")
    return to_reply(result if type(result).__module__ == "builtins" else json.dumps(result.to_dict()))


def main():
    if importlib.util.find_spec("functions_framework") is not None:
        # As its own command does it, without a socket for others than this machine.
        from functions_framework._cli import _cli

        sys.argv[:] = ["functions-framework", "--host", "127.0.0.1"]
        return _cli()
    from .serve import serve

    serve(_load)
