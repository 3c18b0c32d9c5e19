import json

def respond(request):
    event = json.loads(request["body"] or b"{}")
    return 200, [("content-type", "application/json")], json.dumps(call(event)).encode()
