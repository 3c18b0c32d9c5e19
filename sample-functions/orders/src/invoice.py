# A SAM function that shares a module with another: an order as a person reads it.
import os

from pricing import CURRENCY, items_of, priced


def handler(event, context):
    number = (event.get("pathParameters") or {}).get("number", "draft")
    lines = priced(items_of(event))
    text = [f"Invoice {number}"]
    text += [f"{count:>3} x {name:<10} {cents / 100:>8.2f} {CURRENCY}" for name, count, cents in lines]
    text += [f"{'total':<16} {sum(cents for _, _, cents in lines) / 100:>8.2f} {CURRENCY}"]
    text += [os.environ.get("FOOTER", "")]
    return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": "\n".join(text) + "\n"}
