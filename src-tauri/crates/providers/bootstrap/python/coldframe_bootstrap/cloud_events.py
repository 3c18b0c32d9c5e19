"""CloudEvents 1.0 over HTTP, binary and structured, in the shape of the Python SDK's `cloudevents.http.CloudEvent`.
<https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md>
"""

import json
from urllib.parse import quote, unquote

REQUIRED = ("id", "source", "specversion", "type")


class NotACloudEvent(ValueError):
    """What came misses attributes that every event has."""


class CloudEvent:
    def __init__(self, attributes, data=None):
        import datetime
        import uuid

        self._attributes = {name.lower(): value for name, value in attributes.items()}
        self.data = data
        self._attributes.setdefault("specversion", "1.0")
        self._attributes.setdefault("id", str(uuid.uuid4()))
        if "time" not in self._attributes:
            self._attributes["time"] = datetime.datetime.now(datetime.timezone.utc).isoformat()
        _check(self._attributes)

    def get_attributes(self):
        return dict(self._attributes)

    def get_data(self):
        return self.data

    def get(self, key, default=None):
        return self._attributes.get(key, default)

    def __getitem__(self, key):
        return self._attributes[key]

    def __setitem__(self, key, value):
        self._attributes[key] = value

    def __delitem__(self, key):
        del self._attributes[key]

    def __contains__(self, key):
        return key in self._attributes

    def __iter__(self):
        return iter(self._attributes)

    def __len__(self):
        return len(self._attributes)

    def __eq__(self, other):
        return isinstance(other, CloudEvent) and (self._attributes, self.data) == (other._attributes, other.data)

    def __repr__(self):
        return str({"attributes": self._attributes, "data": self.data})


def _check(attributes):
    if attributes.get("specversion") not in ("1.0", "0.3"):
        raise NotACloudEvent(f"Invalid specversion: {attributes.get('specversion')}")
    missing = [name for name in REQUIRED if name not in attributes]
    if missing:
        raise NotACloudEvent(f"Missing required keys: {missing}")


def from_http(headers, body):
    """The event of a request.

    Raises `NotACloudEvent`.
    """
    content_type = headers.get("Content-Type", "")
    if content_type.startswith("application/cloudevents"):
        return _structured(body)
    attributes = {
        name[3:].lower(): unquote(value) for name, value in headers.items() if name.lower().startswith("ce-")
    }
    if "specversion" not in attributes:
        raise NotACloudEvent("Failed to find specversion in HTTP request")
    missing = [name for name in REQUIRED if name not in attributes]
    if missing:
        raise NotACloudEvent(f"Missing required attributes: {missing}")
    if content_type:
        attributes["datacontenttype"] = content_type
    return CloudEvent(attributes, _data(body, content_type))


def _structured(body):
    import base64

    try:
        event = json.loads(body)
    except ValueError as error:
        raise NotACloudEvent(f"Failed to read the event: {error}") from None
    if not isinstance(event, dict):
        raise NotACloudEvent("The event is not a JSON object")
    data = event.pop("data", None)
    if "data_base64" in event:
        data = base64.b64decode(event.pop("data_base64"))
    missing = [name for name in REQUIRED if name not in event]
    if missing:
        raise NotACloudEvent(f"Missing required attributes: {missing}")
    return CloudEvent(event, data)


def _data(body, content_type):
    if not body:
        return None
    if not content_type or "json" in content_type:
        try:
            return json.loads(body)
        except ValueError:
            pass
    try:
        return body.decode()
    except UnicodeDecodeError:
        return bytes(body)


def to_binary(event):
    """Headers and body of an event sent as a response."""
    headers = [
        ("ce-" + name, quote(str(value), safe=" !#$&'()*+,/:;=?@[]~"))
        for name, value in event.get_attributes().items()
        if name != "datacontenttype" and value is not None
    ]
    data, kind = event.data, event.get("datacontenttype")
    if isinstance(data, (bytes, bytearray)):
        return headers + [("Content-Type", kind or "application/octet-stream")], bytes(data)
    if isinstance(data, str) and kind and "json" not in kind:
        return headers + [("Content-Type", kind)], data.encode()
    body = b"" if data is None else json.dumps(data).encode()
    return headers + [("Content-Type", kind or "application/json")], body


def to_structured(event):
    """Headers and body of an event sent as a response, all of it in the body."""
    import base64

    whole = {name: value for name, value in event.get_attributes().items() if value is not None}
    if isinstance(event.data, (bytes, bytearray)):
        whole["data_base64"] = base64.b64encode(event.data).decode()
    elif event.data is not None:
        whole["data"] = event.data
    return [("Content-Type", "application/cloudevents+json")], json.dumps(whole, default=str).encode()
