# Google Cloud's contract: a function takes a request and returns an answer. One instance has many calls at once.
import functions_framework


@functions_framework.http
def greeting(request):
    name = request.args.get("name")
    if not name and request.is_json:
        name = request.get_json().get("name")
    print(f"greeted {name or 'nobody in particular'}")
    return f"Hello, {name or 'world'}!"
