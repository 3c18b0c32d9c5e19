"""What functions read of Flask's requests, and what Flask makes of what they return, where no Flask is installed."""

import io
import json
from urllib.parse import parse_qsl, unquote

from .serve import Reply

TEXT = "text/html; charset=utf-8"
# What is not here is there under the real one.
INSTALL = "a stand-in for functions-framework runs it, as that is not installed where it runs; install it for all that Flask has"


class MultiDict(dict):
    """The first value of each name; `getlist` has all."""

    def __init__(self, pairs):
        super().__init__()
        self._all = {}
        for name, value in pairs:
            self.setdefault(name, value)
            self._all.setdefault(name, []).append(value)

    def getlist(self, name):
        return list(self._all.get(name, []))

    def get(self, name, default=None, type=None):
        value = super().get(name, default)
        if type is None or name not in self:
            return value
        try:
            return type(value)
        except ValueError:
            return default

    def to_dict(self, flat=True):
        return dict(self) if flat else {name: list(values) for name, values in self._all.items()}


class File(io.BytesIO):
    def __init__(self, data, name, filename, content_type):
        super().__init__(data)
        self.name, self.filename, self.content_type = name, filename, content_type
        self.mimetype = content_type.partition(";")[0].strip().lower()
        self.stream = self

    def save(self, path):
        with open(path, "wb") as file:
            file.write(self.getvalue())


class FlaskRequest:
    def __init__(self, request):
        path, _, query = request.target.partition("?")
        self.method = request.method
        self.headers = request.headers
        self.path = unquote(path)
        self.full_path = f"{self.path}?{query}"
        self.query_string = query.encode()
        self.args = MultiDict(parse_qsl(query, keep_blank_values=True))
        self.data = bytes(request.body)
        self.content_type = request.headers.get("Content-Type")
        self.content_length = len(self.data)
        self.mimetype = (self.content_type or "").partition(";")[0].strip().lower()
        self.host = request.headers.get("Host", "localhost")
        self.scheme = request.headers.get("X-Forwarded-Proto", "http")
        self.url_root = self.host_url = f"{self.scheme}://{self.host}/"
        self.base_url = f"{self.scheme}://{self.host}{path}"
        self.url = self.base_url + (f"?{query}" if query else "")
        self.remote_addr = request.headers.get("X-Forwarded-For", "127.0.0.1").partition(",")[0]

    def __getattr__(self, name):
        raise AttributeError(f"the request has no `{name}`: {INSTALL}")

    @property
    def form(self):
        if self.mimetype == "multipart/form-data":
            return MultiDict((name, data.decode("utf-8", "replace")) for name, file, _, data in self._parts() if file is None)
        is_form = self.mimetype == "application/x-www-form-urlencoded"
        return MultiDict(parse_qsl(self.data.decode("utf-8", "replace"), keep_blank_values=True) if is_form else [])

    @property
    def files(self):
        return MultiDict((name, File(data, name, file, kind)) for name, file, kind, data in self._parts() if file is not None)

    def _parts(self):
        """Of a form in parts: name, file's name if it is one, content type and bytes of each."""
        from email.message import Message

        whole = Message()
        whole["Content-Type"] = self.content_type or ""
        boundary = whole.get_boundary()
        if self.mimetype != "multipart/form-data" or not boundary:
            return
        for part in (b"\r\n" + self.data).split(b"\r\n--" + boundary.encode())[1:-1]:
            head, _, data = part.partition(b"\r\n\r\n")
            said = Message()
            for line in head.decode("utf-8", "replace").splitlines():
                name, colon, value = line.partition(":")
                if colon:
                    said[name] = value.strip()
            name = said.get_param("name", header="content-disposition")
            if name is not None:
                file = said.get_param("filename", header="content-disposition")
                yield name, file, said.get("Content-Type", "application/octet-stream"), data

    @property
    def stream(self):
        return io.BytesIO(self.data)

    @property
    def user_agent(self):
        return self.headers.get("User-Agent", "")

    @property
    def values(self):
        return MultiDict([*self.args.items(), *self.form.items()])

    @property
    def cookies(self):
        from http.cookies import SimpleCookie

        return {name: morsel.value for name, morsel in SimpleCookie(self.headers.get("Cookie", "")).items()}

    @property
    def is_json(self):
        return self.mimetype == "application/json" or self.mimetype.endswith("+json")

    @property
    def json(self):
        return self.get_json()

    def get_json(self, force=False, silent=False, cache=True):
        if not (force or self.is_json):
            if silent:
                return None
            raise ValueError("415 Unsupported Media Type: the request's content type is not application/json")
        try:
            return json.loads(self.data)
        except ValueError:
            if silent:
                return None
            raise

    def get_data(self, cache=True, as_text=False, parse_form_data=False):
        return self.data.decode("utf-8", "replace") if as_text else self.data


def to_reply(result):
    """A body; a body with a status, headers or both; a dict or list, which is sent as JSON."""
    status, headers = 200, []
    if isinstance(result, tuple):
        rest = result[1:]
        result = result[0]
        for part in rest:
            if isinstance(part, int):
                status = part
            elif isinstance(part, str):
                status = int(part.split()[0])
            elif part is not None:
                pairs = part.items() if hasattr(part, "items") else part
                # As in Flask a name may have several values.
                headers = [(name, one) for name, value in pairs for one in (value if isinstance(value, (list, tuple, set)) else [value])]
    if result is None:
        raise TypeError(
            "The view function for 'run' did not return a valid response. The function either returned None or ended "
            "without a return statement."
        )
    kind = TEXT
    if isinstance(result, (dict, list)):
        body, kind = (json.dumps(result) + "\n").encode(), "application/json"
    elif isinstance(result, str):
        body = result.encode()
    elif isinstance(result, (bytes, bytearray)):
        body = bytes(result)
    elif hasattr(result, "__next__"):
        body = result
    else:
        raise TypeError(
            "The view function did not return a valid response. The return type must be a string, dict, list, tuple "
            f"or bytes, but it was a {type(result).__name__}: {INSTALL}"
        )
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.insert(0, ("Content-Type", kind))
    return Reply(status, headers, body)
