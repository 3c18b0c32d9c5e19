# The smallest useful function: change the greeting, save, and call it again.
import os

GREETING = os.environ.get("GREETING", "Hello")


def lambda_handler(event, context):
    query = event.get("queryStringParameters") or {}
    name = event.get("name") or query.get("name") or "world"
    print(f"greeting {name}")
    return {"message": f"{GREETING}, {name}!", "request": context.aws_request_id}
