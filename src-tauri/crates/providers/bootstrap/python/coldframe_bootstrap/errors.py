"""Errors as AWS's runtime client reports them: the body a caller gets, the cause for X-Ray, the log record. Loaded when
something fails."""

import os
import sys
import time
import traceback

_environ = os.environ
_FOLDER = os.path.dirname(__file__)
_OURS = os.path.join(_FOLDER, "")


def error_body(message, error_type, trace, request_id=None):
    return {
        "errorMessage": message or "",
        "errorType": error_type or "",
        "requestId": request_id or "",
        "stackTrace": trace or [],
    }


def frames_of(tb):
    """The traceback without the bootstrap's own frames, which stand before the function's and where it opens files or
    connects."""
    frames = traceback.extract_tb(tb)
    return [frame for frame in frames if not frame.filename.startswith(_OURS)] or frames


def plain(frames):
    """Each frame as two lines, without the caret marks that newer Pythons add."""
    return traceback.format_list([(frame.filename, frame.lineno, frame.name, frame.line) for frame in frames])


def xray_cause(to_json, error_type, message, frames):
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
    text = to_json(cause).replace(b"\r", b" ").replace(b"\n", b" ")
    return text if len(text) < 1024 * 1024 else b""


def log_error(to_json, error):
    if _environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON":
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        sys.stdout.write(to_json({"timestamp": at, "level": "ERROR", **error}).decode("utf-8") + "\n")
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


def tell_import(error):
    """AWS's words leave out where the import stands that failed: the last of the function's own lines on the way."""
    root = _environ.get("LAMBDA_TASK_ROOT", "") + os.sep
    own = [
        frame
        for frame in (traceback.extract_tb(error.__traceback__) if error else ())
        if frame.filename.startswith(root) and "site-packages" not in frame.filename
    ]
    if own:
        sys.stdout.write(f'coldframe: the import stands in File "{own[-1].filename}", line {own[-1].lineno}\n')
