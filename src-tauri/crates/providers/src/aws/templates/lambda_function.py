# Change the greeting, save, and call it again: the next call runs the new code.
GREETING = "Hello"


def lambda_handler(event, context):
    name = event.get("name", "world")
    print(f"greeting {name}")
    return {"message": f"{GREETING}, {name}!"}
