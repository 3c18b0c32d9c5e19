"""Google's events in their two shapes, of which a function gets the one it is written for: those of the first generation
(`{"context": {…}, "data": …}`), and CloudEvents.
<https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md>
"""

import re
import types

_PAST = {"create": "created", "write": "written", "update": "updated", "delete": "deleted"}
_OBJECTS = {"finalize": "finalized", "delete": "deleted", "archive": "archived", "metadataUpdate": "metadataUpdated"}
_MESSAGE = "type.googleapis.com/google.pubsub.v1.PubsubMessage"

# How the types of a family begin in both shapes, their service, and their last words. Of two with the same CloudEvents
# the first is what those become again.
_FAMILIES = (
    ("google.pubsub.topic.", "google.cloud.pubsub.topic.v1.", "pubsub.googleapis.com", {"publish": "messagePublished"}),
    ("providers/cloud.pubsub/eventTypes/topic.", "google.cloud.pubsub.topic.v1.", "pubsub.googleapis.com", {"publish": "messagePublished"}),
    ("google.storage.object.", "google.cloud.storage.object.v1.", "storage.googleapis.com", _OBJECTS),
    ("providers/cloud.storage/eventTypes/object.", "google.cloud.storage.object.v1.", "storage.googleapis.com", {"change": "finalized"}),
    ("providers/cloud.firestore/eventTypes/document.", "google.cloud.firestore.document.v1.", "firestore.googleapis.com", _PAST),
    ("providers/firebase.auth/eventTypes/user.", "google.firebase.auth.user.v1.", "firebaseauth.googleapis.com", _PAST),
    ("providers/google.firebase.analytics/eventTypes/event.", "google.firebase.analytics.log.v1.", "firebase.googleapis.com", {"log": "written"}),
    ("providers/google.firebase.database/eventTypes/ref.", "google.firebase.database.ref.v1.", "firebasedatabase.googleapis.com", _PAST),
)
# What of a resource's name is the subject of a CloudEvent begins with this.
_SUBJECTS = {
    "storage.googleapis.com": "objects",
    "firestore.googleapis.com": "documents",
    "firebasedatabase.googleapis.com": "refs",
    "firebase.googleapis.com": "events",
}
_ACCOUNT_FIELDS = (("createdAt", "createTime"), ("lastSignedInAt", "lastSignInTime"))


class NotConvertible(ValueError):
    """It has no counterpart in the other shape."""


def context_of(event):
    """The context and the data of an event of the first generation, wherever its members stand."""
    context = event.get("context") or {name: value for name, value in event.items() if name != "data"}
    return context, event.get("data")


def raw_message(event, path):
    """A push of Pub/Sub's own, as an event of the first generation; anything else as it is."""
    message = event.get("message")
    if "context" in event or "subscription" not in event or not isinstance(message, dict) or "messageId" not in message:
        return event
    topic = re.search(r"projects/[^/?]+/topics/[^/?]+", path)
    resource = {"service": "pubsub.googleapis.com", "type": _MESSAGE, "name": topic.group(0) if topic else ""}
    return {
        "context": {
            "eventId": message["messageId"],
            "timestamp": message.get("publishTime"),
            "eventType": "google.pubsub.topic.publish",
            "resource": resource,
        },
        "data": {"@type": _MESSAGE, "data": message.get("data"), "attributes": message.get("attributes", {})},
    }


def to_attributes(event):
    """The attributes and the data of the CloudEvent that an event of the first generation is."""
    context, data = context_of(event)
    kind = context.get("eventType", "")
    family = next((one for one in _FAMILIES if kind.startswith(one[0]) and kind[len(one[0]) :] in one[3]), None)
    if family is None:
        raise NotConvertible(f'Unable to find CloudEvent equivalent type for "{kind}"')
    legacy, begins, service, words = family
    resource = context.get("resource") or ""
    if isinstance(resource, dict):
        service, resource = resource.get("service") or service, resource.get("name", "")
    subject = None
    if service in _SUBJECTS:
        resource, _, rest = resource.partition(f"/{_SUBJECTS[service]}/")
        if not rest:
            raise NotConvertible("Resource regex did not match")
        subject = f"{_SUBJECTS[service]}/{rest.partition('#')[0] if service.startswith('storage') else rest}"
    if service.startswith("pubsub"):
        data = {"message": {"messageId": context.get("eventId"), "publishTime": context.get("timestamp"), **(data or {})}}
    elif service.startswith("firebaseauth"):
        data = _renamed(data, _ACCOUNT_FIELDS)
        subject = f"users/{data['uid']}" if "uid" in data else None
    elif service.startswith("firebasedatabase"):
        domain = event.get("domain")
        if not isinstance(domain, str):
            raise NotConvertible("Invalid FirebaseDB event payload: missing 'domain'")
        location = "us-central1" if domain == "firebaseio.com" else domain.partition(".")[0]
        resource = resource.replace("projects/_/", f"projects/_/locations/{location}/", 1)
    attributes = {
        "id": context.get("eventId"),
        "source": f"//{service}/{resource}",
        "type": begins + words[kind[len(legacy) :]],
        "specversion": "1.0",
        "datacontenttype": "application/json",
    }
    if context.get("timestamp"):
        attributes["time"] = context["timestamp"]
    if subject:
        attributes["subject"] = subject
    return attributes, data


def to_background(event):
    """The data and the context of a CloudEvent, for a function of the first generation."""
    kind = event["type"]
    for legacy, begins, _, words in _FAMILIES:
        word = next((one for one, past in words.items() if begins + past == kind), None)
        if word is not None:
            break
    else:
        raise NotConvertible(f'Unable to find background event equivalent type for "{kind}"')
    service, _, name = event["source"].removeprefix("//").partition("/")
    data, subject = event.data, event.get("subject")
    if service.startswith("pubsub"):
        data = {one: value for one, value in data.get("message", data).items() if one not in ("messageId", "publishTime")}
        resource = {"service": service, "name": name, "type": _MESSAGE}
    elif service.startswith("firebaseauth"):
        data, resource = _renamed(data, [(new, old) for old, new in _ACCOUNT_FIELDS]), name
    elif service.startswith("storage"):
        resource = {"name": f"{name}/{subject}", "service": service, "type": data.get("kind")}
    else:
        resource = f"{re.sub('/locations/[^/]+', '', name)}/{subject}"
    return data, _context(event["id"], event.get("time"), legacy + word, resource)


def background_context(context):
    return _context(*(context.get(name) for name in ("eventId", "timestamp", "eventType", "resource")))


def _context(event_id, timestamp, event_type, resource):
    return types.SimpleNamespace(event_id=event_id, timestamp=timestamp, event_type=event_type, resource=resource)


def _renamed(data, names):
    metadata = dict(data.get("metadata") or {})
    for old, new in names:
        if old in metadata:
            metadata[new] = metadata.pop(old)
    return {**data, "metadata": metadata} if "metadata" in data else data
