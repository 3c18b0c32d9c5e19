"""Shared by quote and invoice: save it, and both reload."""

import json
import os

PRICES = {"apple": 40, "bread": 250, "cheese": 620}
CURRENCY = os.environ.get("CURRENCY", "EUR")


def items_of(event):
    body = event.get("body")
    order = json.loads(body) if isinstance(body, str) else event
    return order.get("items") or {"apple": 3, "bread": 1}


def priced(items):
    unknown = sorted(set(items) - set(PRICES))
    if unknown:
        raise KeyError(f"no price for {', '.join(unknown)}")
    return [(name, int(count), PRICES[name] * int(count)) for name, count in items.items()]
