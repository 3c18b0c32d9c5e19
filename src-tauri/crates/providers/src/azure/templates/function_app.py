# Change the greeting, save, and call it again: the next call runs the new code.
import logging

import azure.functions as func

GREETING = "Hello"

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.function_name(name="{{name}}")
@app.route(route="{{name}}")
def greet(req: func.HttpRequest) -> func.HttpResponse:
    name = req.params.get("name", "world")
    logging.info("greeting %s", name)
    return func.HttpResponse(f"{GREETING}, {name}!")
