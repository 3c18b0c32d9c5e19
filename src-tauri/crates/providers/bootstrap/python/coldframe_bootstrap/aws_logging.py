"""Lambda's log records. Loaded with the first `import logging`, which is not in every function."""

import json
import os
import sys
import time

_environ = os.environ


def set_up(logging, request_id):
    class LambdaLoggerFilter(logging.Filter):
        def filter(self, record):
            record.aws_request_id = request_id() or ""
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
