"""Runs a Python Lambda handler against the Runtime API, with the standard library only.

What a function sees (arguments, context, error bodies, log lines) is what AWS's own runtime client makes. What this
one adds is for the emulator: CPU figures with every request for work, and the list of project files it has loaded.
Imports are kept to what every call needs, because they are part of every cold start: logging, traceback and the
JSON log formatter come only when they are used.
"""

import os
import sys
import time

import _socket
import json

try:
    import resource
except ImportError:  # Windows
    resource = None

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


# --- The Runtime API, over one kept-alive connection ---------------------------------------------------------------


class RuntimeApi:
    """Requests are written as bytes, and several at once where nothing depends on the answer in between."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self._socket = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        self._socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        self._socket.connect((host, int(port)))
        self._received = b""
        self._common = b" HTTP/1.1\r\nHost: %s\r\nUser-Agent: coldframe-python\r\n" % address.encode()
        self._modules = 0
        self._files = None

    def get_next(self, extra=b""):
        return b"GET " + _RUNTIME + b"invocation/next" + self._common + extra + _usage() + b"\r\n"

    def post(self, path, body, headers=b"Content-Type: application/json\r\n"):
        return b"POST %s%s%sContent-Length: %d\r\n\r\n%s" % (path, self._common, headers, len(body), body)

    def loaded(self):
        """A request that reports the project's files in this process, if there are more than last time."""
        project = _environ.get("COLDFRAME_PROJECT")
        if not project or len(sys.modules) == self._modules:
            return b""
        self._modules = len(sys.modules)
        root = os.path.join(project, "")
        # Dependencies inside the project are not its code.
        skipped = os.path.join(sys.prefix, "") if sys.prefix != sys.base_prefix else "\0"
        files = []
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and file.startswith(root):
                if not file.startswith(skipped) and "site-packages" not in file:
                    files.append(file)
        if files == self._files:
            return b""
        self._files = files
        return self.post(b"/coldframe/loaded", json.dumps(files).encode())

    def send(self, data):
        self._socket.sendall(data)

    def receive(self):
        """The next answer: status, headers (lower-case names), body."""
        received = self._received
        end = received.find(b"\r\n\r\n")
        while end < 0:
            more = self._socket.recv(65536)
            if not more:
                os._exit(1)  # the emulator is gone
            received += more
            end = received.find(b"\r\n\r\n")
        lines = received[:end].decode("utf-8", "replace").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        length = int(headers.get("content-length", 0))
        start = end + 4
        missing = start + length - len(received)
        if missing <= 0:
            self._received = received[start + length :]
            return int(lines[0][9:12]), headers, received[start : start + length]
        body = bytearray(length)
        view = memoryview(body)
        have = len(received) - start
        view[:have] = received[start:]
        while have < length:
            count = self._socket.recv_into(view[have:])
            if not count:
                os._exit(1)
            have += count
        self._received = b""
        return int(lines[0][9:12]), headers, body


def _usage():
    """CPU and memory of this process and the children it has waited for, as a header."""
    if resource is None:
        return b""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = own.ru_maxrss if own.ru_maxrss > _inherited_peak else 0
    return b"coldframe-usage: %d %d %d\r\n" % (
        (own.ru_utime + children.ru_utime) * 1e6,
        (own.ru_stime + children.ru_stime) * 1e6,
        peak // 1024 if sys.platform == "darwin" else peak,
    )


# A new process begins with the peak of the one that started it; below that nothing is known (reported as 0).
_inherited_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if resource else 0


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
    class LambdaLoggerFilter(logging.Filter):
        def filter(self, record):
            record.aws_request_id = _request_id or ""
            record.tenant_id = None
            return True

    class LambdaLoggerHandler(logging.Handler):
        def emit(self, record):
            try:
                sys.stdout.write(self.format(record))
            except Exception:
                self.handleError(record)

    logging.Formatter.converter = time.gmtime
    handler = LambdaLoggerHandler()
    if _environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON":
        handler.format = lambda record: _json_record(logging, handler.formatter, record)
        handler.setFormatter(logging.Formatter(datefmt="%Y-%m-%dT%H:%M:%SZ"))
    else:
        handler.setFormatter(
            logging.Formatter(
                "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S"
            )
        )
    handler.addFilter(LambdaLoggerFilter())
    root = logging.getLogger()
    level = _environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper().replace("TRACE", "DEBUG")
    if level in logging._nameToLevel:
        root.setLevel(level)
    root.addHandler(handler)


def _json_record(logging, formatter, record):
    error = record.exc_info or (None, None, None)
    values = {
        "timestamp": formatter.formatTime(record, formatter.datefmt),
        "level": logging.getLevelName(min(50, max(0, record.levelno)) // 10 * 10),
        "message": record.msg if isinstance(record.msg, dict) and not record.args else record.getMessage(),
        "logger": record.name,
        "requestId": record.aws_request_id,
    }
    if error[0] is not None:
        import traceback

        values["stackTrace"] = traceback.format_tb(error[2])
        values["errorType"] = error[0].__name__
        values["errorMessage"] = str(error[1])
        values["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
    known = set(vars(logging.makeLogRecord({}))) | {"aws_request_id", "tenant_id", "message", "asctime"}
    values.update((key, value) for key, value in vars(record).items() if key not in known and key not in values)
    values = {key: value for key, value in values.items() if value is not None}
    return json.dumps(values, ensure_ascii=False, default=str) + "\n"


def _log_error(error):
    if _environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON":
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        sys.stdout.write(_to_json({"timestamp": at, "level": "ERROR", **error}).decode("utf-8") + "\n")
        return
    first = "[ERROR]"
    if error["errorType"]:
        first += " " + error["errorType"]
    if error["errorMessage"]:
        first += (": " if error["errorType"] else " ") + error["errorMessage"]
    lines = [first, "Traceback (most recent call last):"]
    for element in error["stackTrace"]:
        for line in element.splitlines() or [""]:
            indent = len(line) - len(line.lstrip(" "))
            lines.append("\u00a0" * indent + line[indent:])
    # One record: carriage returns inside, one line feed at its end.
    sys.stdout.write("\r".join(lines) + "\n")


# --- Errors --------------------------------------------------------------------------------------------------------


def _error(message, error_type, trace, request_id=None):
    return {
        "errorMessage": message or "",
        "errorType": error_type or "",
        "requestId": request_id or "",
        "stackTrace": trace or [],
    }


def _frames(tb):
    """The traceback below this file's own frames."""
    import traceback

    frames = traceback.extract_tb(tb)
    for index, frame in enumerate(frames):
        if frame.filename != __file__:
            return frames[index:]
    return frames


def _plain(frames):
    """Each frame as two lines, without the caret marks that newer Pythons add."""
    import traceback

    return traceback.format_list([(frame.filename, frame.lineno, frame.name, frame.line) for frame in frames])


def _xray_cause(error_type, message, frames):
    cause = {
        "working_directory": os.getcwd(),
        "exceptions": [
            {
                "message": message,
                "type": error_type,
                "stack": [{"label": f.name, "path": f.filename, "line": f.lineno} for f in frames],
            }
        ],
        "paths": sorted({frame.filename for frame in frames}),
    }
    text = _to_json(cause).replace(b"\r", b" ").replace(b"\n", b" ")
    return text if len(text) < 1024 * 1024 else b""


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
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from None
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
        error = _error(fault.message, fault.error_type, fault.trace, request_id)
        cause = _xray_cause("LambdaValidationError", fault.message, [])
    except Exception as exception:
        frames = _frames(exception.__traceback__)
        error_type = type(exception).__name__
        error = _error(str(exception), error_type, _plain(frames), request_id)
        cause = _xray_cause(error_type, str(exception), frames)
    _log_error(error)
    extra = b"Content-Type: application/json\r\nLambda-Runtime-Function-XRay-Error-Cause: %s\r\n" % cause
    return api.post(path + b"error", _to_json(error), extra)


def _flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # the function closed or replaced it


def _never_cache_what_was_just_saved():
    """A cached module is recognised by its source's size and whole second of change, so one that is saved twice in a
    second would run old code. Sources that are younger than that are not cached."""
    import _frozen_importlib_external as external

    write = external.SourceFileLoader._cache_bytecode

    def _cache_bytecode(self, source_path, bytecode_path, data):
        try:
            if time.time() - os.stat(source_path).st_mtime < 2:
                return None
        except OSError:
            return None
        return write(self, source_path, bytecode_path, data)

    external.SourceFileLoader._cache_bytecode = _cache_bytecode


def main():
    global _request_id
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
    _never_cache_what_was_just_saved()
    if "logging" in sys.modules:
        _set_up_logging(sys.modules["logging"])
    else:
        sys.meta_path.insert(0, _WhenLoggingIsImported)
    api = RuntimeApi(_environ["AWS_LAMBDA_RUNTIME_API"])
    started = time.perf_counter()
    try:
        handler = _load(_environ["_HANDLER"])
    except Exception as exception:
        if isinstance(exception, Fault):
            error = _error(exception.message, exception.error_type, exception.trace)
        else:
            frames = _frames(exception.__traceback__)
            frames = [frame for frame in frames if not frame.filename.startswith("<frozen importlib")]
            error = _error(str(exception), type(exception).__name__, _plain(frames))
        _log_error(error)
        _flush()
        extra = b"Lambda-Runtime-Function-Error-Type: %s\r\n" % error["errorType"].encode()
        api.send(api.post(_RUNTIME + b"init/error", _to_json(error), extra))
        api.receive()
        sys.exit(1)
    init = b"coldframe-init-us: %d\r\n" % ((time.perf_counter() - started) * 1e6)
    _flush()
    files = api.loaded()
    api.send(files + api.get_next(init))
    if files:
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
            api.send(api.get_next())
            continue
        files = api.loaded()
        api.send(answer + files + api.get_next())
        _check(*api.receive())
        if files:
            api.receive()


def _check(status, _headers, body):
    if status != 202:
        sys.stderr.write(f"RuntimeError: Failed to post invocation response: {status} {bytes(body).decode()}\n")
        sys.exit(1)
