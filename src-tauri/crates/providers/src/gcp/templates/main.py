# Change the greeting, save, and call it again: the next call runs the new code.
import functions_framework

GREETING = "Hello"


@functions_framework.http
def {{identifier}}(request):
    name = request.args.get("name", "world")
    print(f"greeting {name}")
    return f"{GREETING}, {name}!"
