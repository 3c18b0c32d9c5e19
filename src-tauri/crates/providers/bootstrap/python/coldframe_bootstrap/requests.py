"""What functions read of Flask's requests, and what Flask makes of what they return."""

import json
from urllib.parse import parse_qsl, unquote

from .serve import Reply

TEXT = "text/html; charset=utf-8"


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

    @property
    def form(self):
        is_form = self.mimetype == "application/x-www-form-urlencoded"
        return MultiDict(parse_qsl(self.data.decode("utf-8", "replace"), keep_blank_values=True) if is_form else [])

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
                headers = list(part.items()) if hasattr(part, "items") else list(part)
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
            f"or bytes, but it was a {type(result).__name__}."
        )
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.insert(0, ("Content-Type", kind))
    return Reply(status, headers, body)
