# Change the greeting, save, and call it again: the next call runs the new code.
GREETING = "Hello"


def main(params):
    name = params.get("name", "world")
    print(f"greeting {name}")
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": {"message": f"{GREETING}, {name}!"},
    }
