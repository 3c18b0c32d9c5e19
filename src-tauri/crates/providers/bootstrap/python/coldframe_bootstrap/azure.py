"""Runs an Azure app in Python with the function's own `azure-functions`: `function_app.py`, or folders with a
`function.json`. Requests come as they were sent, with headers of ours that say for which function; other events come
in the JSON that custom handlers are sent, and are answered in it.
"""

import contextlib
import json
import os

from . import marked

# With one call at a time the emulator knows whose a line is.
_MANY = "COLDFRAME_MANY_CALLS" in os.environ


def _load():
    import logging
    import sys
    from urllib.parse import unquote

    from . import azure_index
    from .serve import Reply

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="[%(levelname)s] %(message)s")
    for name in ("azure", "azure.core", "werkzeug", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    functions = azure_index.index(os.environ["COLDFRAME_HANDLER"], os.getcwd())
    # Needs Azure's library: where that is missing, the app's own import says so first.
    from . import azure_calls

    def respond(request):
        name = unquote(request.headers.get("coldframe-function", ""))
        if name == "*":
            names = [one.name for one in functions.values()]
            return Reply(200, [("Content-Type", "application/json")], json.dumps(names).encode())
        call = request.headers.get("x-azure-functions-invocationid") if _MANY else None
        with marked.within(call) if call else contextlib.nullcontext():
            return azure_calls.respond(functions.get(name.lower()), name, request)

    respond.functions = [one.described for one in functions.values() if one.described]
    return respond


def main():
    from .serve import serve

    serve(_load)
