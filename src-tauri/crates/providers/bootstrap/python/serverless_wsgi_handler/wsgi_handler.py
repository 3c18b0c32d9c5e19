"""The handler of functions that the Serverless Framework's plugin serverless-wsgi packages.

The plugin copies its own `wsgi_handler.py` and `serverless_wsgi.py` beside the code and writes what to run into a file
`.serverless-wsgi` there. Here its files run from where npm installed them, as if they lay beside the code, and what
that file would hold is in a variable of the same name.
"""

import io
import json
import os
import sys

_text = os.environ["SERVERLESS_WSGI"]
_plugin = json.loads(_text)["plugin"]
_source = os.path.join(_plugin, "wsgi_handler.py")


def open(path, *args, **kwargs):
    """The file beside the code that is not there; every other as it is."""
    if os.path.basename(os.fspath(path)) == ".serverless-wsgi":
        return io.StringIO(_text)
    return io.open(path, *args, **kwargs)


# Only for what it imports itself: the plugin's folder holds other modules, of names that an application may use.
sys.path.insert(0, _plugin)
import serverless_wsgi  # noqa: E402

sys.path.remove(_plugin)

# Where the plugin looks for the file, and for applications in folders.
__file__ = os.path.join(os.environ["LAMBDA_TASK_ROOT"], "wsgi_handler.py")
with io.open(_source, encoding="utf-8") as _file:
    exec(compile(_file.read(), _source, "exec"), globals())
