"""Sends events with the CloudEvents SDK, in both modes, and says how each was taken."""
import json
import sys
import urllib.error
import urllib.request

from cloudevents.http import CloudEvent, to_binary, to_structured

said = {}
for url in sys.argv[1:]:
    for mode, shape in (("binary", to_binary), ("structured", to_structured)):
        attributes = {
            "id": f"py-{mode}",
            "source": "/sdk",
            "type": "sown",
            "subject": "peas",
            "bed": "three",
            "datacontenttype": "application/json",
        }
        headers, body = shape(CloudEvent(attributes, {"name": "pea"}))
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request) as answer:
                said[f"{url} {mode}"] = {"status": answer.status, "answer": answer.headers.get("ce-type")}
        except urllib.error.HTTPError as error:
            said[f"{url} {mode}"] = {"status": error.code, "text": error.read().decode()}
print(json.dumps(said))
