"""How a function of an Azure app is called, by the converters of `azure-functions`, and what its callers get."""

import asyncio
import contextvars
import inspect
import json
import os
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl

import azure.functions as func
from azure.functions.meta import Datum

from .serve import Reply, log

_registry = func.get_binding_registry()


class Context(func.Context):
    def __init__(self, indexed, request):
        self._indexed = indexed
        self._invocation = request.headers.get("x-azure-functions-invocationid", "")
        self._trace = TraceContext(request.headers)
        self._local = threading.local()
        self._local.invocation_id = self._invocation

    invocation_id = property(lambda self: self._invocation)
    thread_local_storage = property(lambda self: self._local)
    function_name = property(lambda self: self._indexed.name)
    function_directory = property(lambda self: self._indexed.directory)
    trace_context = property(lambda self: self._trace)
    retry_context = property(lambda self: None)


class TraceContext:
    def __init__(self, headers):
        self.trace_parent = self.Traceparent = headers.get("traceparent", "")
        self.trace_state = self.Tracestate = headers.get("tracestate", "")
        self.attributes = self.Attributes = {}


class Out(func.Out):
    def __init__(self):
        self._value = None

    def set(self, value):
        self._value = value

    def get(self):
        return self._value


def _loop():
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="coldframe-loop", daemon=True).start()
    return loop


def _threads():
    count = os.environ.get("PYTHON_THREADPOOL_THREAD_COUNT", "").strip()
    return ThreadPoolExecutor(int(count) if count.isdigit() and int(count) else None, "coldframe-calls")


# As in Azure's worker all coroutines share one loop, and what is no coroutine runs in one of these threads:
# `min(32, CPUs + 4)`, unless the app says how many.
# <https://learn.microsoft.com/azure/azure-functions/python-scale-performance-reference>
_LOOP = _loop()
_THREADS = _threads()


def respond(indexed, name, request):
    try:
        if indexed is None:
            raise LookupError(f"the app registers no function {name!r} when it runs")
        if indexed.error is not None:
            raise indexed.error
        return _call(indexed, request)
    except Exception as error:
        frames = log(error)
        kind = type(error).__name__
        body = {"errorType": kind, "errorMessage": str(error), "stackTrace": frames}
        return Reply(500, [("coldframe-error", kind)], json.dumps(body).encode())


def _call(indexed, request):
    trigger = next(one for one in indexed.bindings if one["type"].lower().endswith("trigger"))
    is_http = trigger["type"].lower() == "httptrigger"
    data, metadata = (_http(request), {}) if is_http else _message(trigger, request)
    arguments, outs = {}, {}
    for one in indexed.bindings:
        if one["direction"] == "out":
            if one["name"] != "$return":
                outs[one["name"]] = Out()
        elif one is trigger:
            arguments[one["name"]] = _decoded(one["type"], data, metadata)
        else:
            _say(f"input binding `{one['name']}` ({one['type']}) is not connected; it is None")
            arguments[one["name"]] = None
    arguments.update({name: out for name, out in outs.items() if name in indexed.parameters})
    if "context" in indexed.parameters and "context" not in arguments:
        arguments["context"] = Context(indexed, request)
    returned = _returned(indexed.function, arguments)
    given = {name: out.get() for name, out in outs.items()}
    given["$return"] = returned
    return _answer(indexed, given) if is_http else _outputs(indexed, given)


def _returned(function, arguments):
    if inspect.iscoroutinefunction(function):
        returned = function(**arguments)
    else:
        context = contextvars.copy_context()
        returned = _or_raised(_THREADS.submit(context.run, _ran, function, arguments))
    if inspect.isawaitable(returned):
        returned = _or_raised(asyncio.run_coroutine_threadsafe(_awaited(returned), _LOOP))
    return returned


# An error is carried over, not raised: what carries it has no place in its traceback.


def _ran(function, arguments):
    try:
        return function(**arguments), None
    except Exception as error:
        return None, error


async def _awaited(result):
    try:
        return await result, None
    except Exception as error:
        return None, error


def _or_raised(future):
    returned, error = future.result()
    if error is not None:
        raise error
    return returned


def _http(request):
    def text(value):
        return Datum(value, "string")

    target = request.target
    headers, query = {}, {}
    for name, value in request.headers.items():
        if not name.lower().startswith("coldframe-"):
            name = name.lower()
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    for name, value in parse_qsl(target.partition("?")[2], keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    scheme = headers.get("x-forwarded-proto", "http")
    parameters = parse_qsl(request.headers.get("coldframe-parameters", ""), keep_blank_values=True)
    value = {
        "method": text(request.method),
        "url": text(f"{scheme}://{headers.get('host', 'localhost')}{target}"),
        "headers": {name: text(value) for name, value in headers.items()},
        "query": {name: text(value) for name, value in query.items()},
        "params": {name: text(value) for name, value in parameters},
        "body": Datum(bytes(request.body), "bytes"),
    }
    return Datum(value, "http")


def _message(trigger, request):
    """The value and the metadata of an event in the JSON that custom handlers get."""
    envelope = json.loads(request.body)
    value = next(iter(envelope["Data"].values()))
    metadata = {name: _told(value) for name, value in envelope["Metadata"].items() if isinstance(value, str)}
    if not isinstance(value, str):
        return Datum(json.dumps(value), "json"), metadata
    value = json.loads(value)
    kind = trigger["type"].lower()
    if kind == "blobtrigger":
        return Datum(value.encode(), "bytes"), metadata
    if kind in _TOLD_BY:
        return _of_broker(trigger, value, metadata)
    if kind == "queuetrigger":
        return Datum(value, "string"), metadata
    if kind in _OF_JSON:
        _expect_json(trigger, value)
    try:
        structured = isinstance(json.loads(value), (dict, list))
    except ValueError:
        structured = False
    return Datum(value, "json" if structured else "string"), metadata


# By which of the metadata the converters tell one message from many, and what brokers say besides of each.
_TOLD_BY = {"servicebustrigger": "UserProperties", "eventhubtrigger": "SystemProperties"}
_OF_EACH = {"DeliveryCount": 1, "SequenceNumber": 1, "EnqueuedTimeUtc": "2024-01-01T00:00:00Z"}
_OF_JSON = {"eventgridtrigger": (dict, "a JSON object"), "cosmosdbtrigger": (list, "a JSON array of documents, or one")}


def _of_broker(trigger, text, metadata):
    """A message as a broker hands it over; where many come at once, as many as a JSON array has, or one."""
    cardinality = trigger.get("cardinality")
    many = str(getattr(cardinality, "value", cardinality)).lower() == "many"
    told = {_TOLD_BY[trigger["type"].lower()]: {}, **_OF_EACH}
    if not many:
        return Datum(text, "string"), {**{name: _json(value) for name, value in told.items()}, **metadata}
    try:
        messages = json.loads(text)
    except ValueError:
        messages = text
    messages = messages if isinstance(messages, list) else [messages]
    arrays = {f"{name}Array": _json([value] * len(messages)) for name, value in told.items()}
    texts = [one if isinstance(one, str) else json.dumps(one) for one in messages]
    return Datum(types.SimpleNamespace(string=texts), "collection_string"), {**arrays, **metadata}


def _json(value):
    return Datum(json.dumps(value), "json")


def _expect_json(trigger, text):
    kind, wanted = _OF_JSON[trigger["type"].lower()]
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, (kind, dict)):
        raise ValueError(f"{trigger['type']} is given {wanted}, and the message is none; send one, such as {{\"id\": \"1\"}}")


def _told(text):
    """Of the metadata most is JSON, but times are as they are."""
    try:
        json.loads(text)
    except ValueError:
        return Datum(text, "string")
    return Datum(text, "json")


def _decoded(kind, data, metadata):
    converter = _registry.get(kind)
    return converter.decode(data, trigger_metadata=metadata) if converter else data.python_value


def _encoded(binding, value):
    converter = _registry.get(binding["type"])
    return converter.encode(value, expected_type=None) if converter else Datum(value, None)


def _answer(indexed, given):
    reply = Reply(204)
    for one in indexed.bindings:
        value = given.get(one["name"])
        if one["direction"] != "out" or value is None:
            continue
        if one["type"].lower() == "http":
            reply = _reply(_encoded(one, value))
        else:
            _not_sent(one, _encoded(one, value))
    return reply


def _reply(datum):
    if datum.type == "string":
        return Reply(200, [("Content-Type", "text/plain; charset=utf-8")], datum.value.encode())
    headers = [(name, header.value) for name, header in datum.value["headers"].items() if name.lower() != "content-length"]
    for cookies in datum.value["cookies"] or []:
        headers.extend(("Set-Cookie", morsel.OutputString()) for morsel in cookies.values())
    return Reply(int(datum.value["status_code"].value), headers, datum.value["body"].value)


def _outputs(indexed, given):
    values = {}
    for one in indexed.bindings:
        value = given.get(one["name"])
        if one["direction"] == "out" and value is not None:
            values[one["name"]] = _plain(_encoded(one, value))
    returned = values.pop("$return", None)
    if returned is None and given["$return"] is not None:
        returned = str(given["$return"])
    body = json.dumps({"Outputs": values, "Logs": [], "ReturnValue": returned}).encode()
    return Reply(200, [("Content-Type", "application/json")], body)


def _plain(datum):
    value = datum.value
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    if datum.type == "json":
        return json.loads(value)
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def _not_sent(binding, datum):
    value = _plain(datum)
    shown = value if isinstance(value, str) else json.dumps(value)
    _say(f"output binding `{binding['name']}` ({binding['type']}) got {shown[:1000]}; nothing is sent")


def _say(text):
    sys.stderr.write(f"coldframe: {text}\n")
