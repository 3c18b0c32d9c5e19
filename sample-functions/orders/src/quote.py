# A SAM function that shares a module with another: what an order would cost.
from pricing import CURRENCY, items_of, priced


def handler(event, context):
    lines = priced(items_of(event))
    return {"currency": CURRENCY, "total_cents": sum(cents for _, _, cents in lines)}
