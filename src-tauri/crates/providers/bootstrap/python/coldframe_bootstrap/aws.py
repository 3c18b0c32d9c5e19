"""Runs a Python Lambda handler against the Runtime API, with the standard library only.

What a function sees (arguments, context, error bodies, log lines) is what AWS's own runtime client makes. What this
one adds is for the emulator: CPU figures with every request for work, and the list of project files it has loaded.
Imports are kept to what every call needs, because they are part of every cold start: logging and tracebacks come only
when they are used.
"""

import os
import sys
import time

import json

from .client import Connection, never_cache_what_was_just_saved, usage

_RUNTIME = b"/2018-06-01/runtime/"
_RESPONSE_LIMIT = 6 * 1024 * 1024 + 100
_environ = os.environ
_request_id = None


class Fault(Exception):
    """A failure of the contract between function and runtime; `error_type` begins with `Runtime.`."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = trace


# --- The context object --------------------------------------------------------------------------------------------


class _Record:
    """Plain attributes, absent ones None, and a readable repr."""

    __slots__ = ()

    @classmethod
    def of(cls, values):
        record = cls()
        for name in cls.__slots__:
            setattr(record, name, values.get(name))
        return record

    def __repr__(self):
        values = ",".join(f"{name}={getattr(self, name, None)}" for name in self.__slots__)
        return f"{type(self).__name__}([{values}])"


class CognitoIdentity(_Record):
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(_Record):
    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext(_Record):
    __slots__ = ("custom", "env", "client")


class LambdaContext:
    function_name = _environ.get("AWS_LAMBDA_FUNCTION_NAME")
    function_version = _environ.get("AWS_LAMBDA_FUNCTION_VERSION")
    memory_limit_in_mb = _environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
    log_group_name = _environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
    log_stream_name = _environ.get("AWS_LAMBDA_LOG_STREAM_NAME")

    def __init__(self, headers):
        self.aws_request_id = headers.get("lambda-runtime-aws-request-id")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        self._deadline_ms = int(headers.get("lambda-runtime-deadline-ms", 0))
        client_context = _parsed(headers.get("lambda-runtime-client-context"), "Client Context")
        self._w3c = client_context.pop("w3c", None) if isinstance(client_context, dict) else None
        self.client_context = None
        if client_context is not None:
            self.client_context = ClientContext.of(client_context)
            if self.client_context.client is not None:
                self.client_context.client = Client.of(self.client_context.client)
        identity = _parsed(headers.get("lambda-runtime-cognito-identity"), "Cognito Identity") or {}
        self.identity = CognitoIdentity()
        self.identity.cognito_identity_id = identity.get("cognitoIdentityId")
        self.identity.cognito_identity_pool_id = identity.get("cognitoIdentityPoolId")

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def w3c(self):
        fields = self._w3c if isinstance(self._w3c, dict) else {}
        names = ("traceparent", "tracestate", "baggage")
        return {name: fields[name] for name in names if isinstance(fields.get(name), str)}

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        names = (
            "aws_request_id log_group_name log_stream_name function_name memory_limit_in_mb function_version "
            "invoked_function_arn client_context identity tenant_id"
        )
        return "LambdaContext([%s])" % ",".join(f"{name}={getattr(self, name)}" for name in names.split())


def _parsed(text, name):
    if not text:
        return None
    try:
        return json.loads(text)
    except Exception as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", f"Unable to parse {name} JSON: {error}") from None


# --- JSON out ------------------------------------------------------------------------------------------------------


class _Decimals:
    """Decimal numbers are written digit by digit, which the standard encoder has no way to do: each leaves a mark
    in the text that is replaced afterwards."""

    found = []

    @classmethod
    def default(cls, value):
        if type(value).__module__ == "decimal" and hasattr(value, "is_nan"):
            if value.is_nan():
                return float("nan")
            mark = f"\x00decimal-{len(cls.found)}\x00"
            cls.found.append((mark, str(value)))
            return mark
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _newer_than_3_11():
    version = _environ.get("AWS_EXECUTION_ENV", "").rpartition("python3.")[2]
    return version.isdigit() and int(version) >= 12


_encoder = json.JSONEncoder(ensure_ascii=not _newer_than_3_11(), default=_Decimals.default)


def _to_json(value):
    try:
        text = _encoder.encode(value)
        if _Decimals.found:
            for mark, digits in _Decimals.found:
                text = text.replace(json.dumps(mark), digits, 1)
        return text.encode("utf-8")
    finally:
        if _Decimals.found:
            _Decimals.found.clear()


# --- Log lines -----------------------------------------------------------------------------------------------------


class _WhenLoggingIsImported:
    """Sets logging up as the real runtime does, but only for functions that use it."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(cls)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                break
        else:
            return None
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            if module.__name__ == "logging":
                _set_up_logging(module)

        spec.loader.exec_module = exec_module
        return spec


def _set_up_logging(logging):
    from . import aws_logging

    aws_logging.set_up(logging, lambda: _request_id)


# --- Running -------------------------------------------------------------------------------------------------------


def _load(handler):
    try:
        module_name, name = handler.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{handler}': {error}") from None
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault(
            "Runtime.BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module"
        )
    dotted = module_name.replace("/", ".")
    try:
        __import__(dotted)
    except ImportError as error:
        fault = Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}")
        fault.missing = error
        raise fault from None
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise Fault(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", trace
        ) from None
    try:
        return getattr(sys.modules[dotted], name)
    except AttributeError:
        raise Fault(
            "Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'"
        ) from None


def _invoke(api, handler, headers, body):
    """Calls the handler and returns the request that carries its answer."""
    request_id = headers.get("lambda-runtime-aws-request-id")
    path = b"%sinvocation/%s/" % (_RUNTIME, request_id.encode())
    try:
        context = LambdaContext(headers)
        event = body
        if headers.get("content-type") == "application/json":
            try:
                event = json.loads(body)
            except Exception as error:
                raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None
        result = handler(event, context)
        if isinstance(result, bytes):
            return api.post(path + b"response", result, b"Content-Type: application/unknown\r\n")
        try:
            result = _to_json(result)
        except Exception as error:
            raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None
        return api.post(path + b"response", result)
    except Fault as fault:
        from . import errors

        error = errors.error_body(fault.message, fault.error_type, fault.trace, request_id)
        cause = errors.xray_cause(_to_json, "LambdaValidationError", fault.message, [])
    except Exception as exception:
        from . import errors

        frames = errors.frames_of(exception.__traceback__)
        error_type = type(exception).__name__
        error = errors.error_body(str(exception), error_type, errors.plain(frames), request_id)
        cause = errors.xray_cause(_to_json, error_type, str(exception), frames)
    errors.log_error(_to_json, error)
    extra = b"Content-Type: application/json\r\nLambda-Runtime-Function-XRay-Error-Cause: %s\r\n" % cause
    return api.post(path + b"error", _to_json(error), extra)


def _next(api, extra=b""):
    return api.get(_RUNTIME + b"invocation/next", extra + usage())


def _flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # the function closed or replaced it


def main():
    global _request_id
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
    never_cache_what_was_just_saved()
    if "logging" in sys.modules:
        _set_up_logging(sys.modules["logging"])
    else:
        sys.meta_path.insert(0, _WhenLoggingIsImported)
    api = Connection(_environ["AWS_LAMBDA_RUNTIME_API"])
    watch = None
    if _environ.pop("COLDFRAME_IMPORTS", None):
        from .imports import Watch

        watch = Watch(api)
    started = time.perf_counter()
    try:
        handler = _load(_environ["_HANDLER"])
    except Exception as exception:
        # What telling of it imports is not the function's.
        imports = watch.request() if watch else b""
        from . import errors

        if isinstance(exception, Fault):
            error = errors.error_body(exception.message, exception.error_type, exception.trace)
        else:
            frames = errors.frames_of(exception.__traceback__)
            frames = [frame for frame in frames if not frame.filename.startswith("<frozen importlib")]
            error = errors.error_body(str(exception), type(exception).__name__, errors.plain(frames))
        errors.log_error(_to_json, error)
        errors.tell_import(getattr(exception, "missing", None))
        _flush()
        extra = b"Lambda-Runtime-Function-Error-Type: %s\r\n" % error["errorType"].encode()
        api.send(imports + api.post(_RUNTIME + b"init/error", _to_json(error), extra))
        if imports:
            api.receive()
        api.receive()
        sys.exit(1)
    init = b"coldframe-init-us: %d\r\n" % ((time.perf_counter() - started) * 1e6)
    _flush()
    imports = watch.request() if watch else b""
    told = ([imports] if imports else []) + api.news()
    api.send(b"".join(told) + _next(api, init))
    for _ in told:
        api.receive()
    while True:
        _, headers, body = api.receive()
        _request_id = headers.get("lambda-runtime-aws-request-id")
        trace_id = headers.get("lambda-runtime-trace-id")
        if trace_id is not None:
            _environ["_X_AMZN_TRACE_ID"] = trace_id
        else:
            _environ.pop("_X_AMZN_TRACE_ID", None)
        answer = _invoke(api, handler, headers, body)
        _flush()
        if len(answer) > _RESPONSE_LIMIT:
            # This one may be refused, and then no more work is asked for.
            api.send(answer)
            _check(*api.receive())
            api.send(_next(api))
            continue
        told = api.news()
        api.send(answer + b"".join(told) + _next(api))
        _check(*api.receive())
        for _ in told:
            api.receive()


def _check(status, _headers, body):
    if status != 202:
        sys.stderr.write(f"RuntimeError: Failed to post invocation response: {status} {bytes(body).decode()}\n")
        sys.exit(1)
