"""What an OpenWhisk action proxy is brought by `/init`: source, or a zip in Base64 with `__main__.py` at its root."""

import base64
import io
import json
import os
import tempfile
import zipfile


def brought(value):
    """Puts the code of `/init`'s `value` into a folder of its own and names its file; `env` is there from then on."""
    for name, text in (value.get("env") or {}).items():
        os.environ[name] = text if isinstance(text, str) else json.dumps(text)
    folder = tempfile.mkdtemp(prefix="action-")
    path = os.path.join(folder, "__main__.py")
    code = base64.b64decode(value["code"]) if value.get("binary") else value["code"].encode()
    if value.get("binary") and zipfile.is_zipfile(io.BytesIO(code)):
        zipfile.ZipFile(io.BytesIO(code)).extractall(folder)
    else:
        with open(path, "wb") as file:
            file.write(code)
    os.chdir(folder)
    return path
