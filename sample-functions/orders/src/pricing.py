"""Shared by quote and invoice: save it, and both reload."""

import base64
import json
import os

PRICES = {"apple": 40, "bread": 250, "cheese": 620}
CURRENCY = os.environ.get("CURRENCY", "EUR")


def items_of(event):
    body = event.get("body")
    if body and event.get("isBase64Encoded"):
        body = base64.b64decode(body)
    order = json.loads(body) if body else event
    return order.get("items") or {"apple": 3, "bread": 1}


def priced(items):
    unknown = sorted(set(items) - set(PRICES))
    if unknown:
        raise ValueError(f"no price for {', '.join(unknown)}")
    return [(name, int(count), PRICES[name] * int(count)) for name, count in items.items()]
