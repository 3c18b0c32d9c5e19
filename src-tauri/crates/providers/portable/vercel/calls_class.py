import http.client
import threading
from http.server import ThreadingHTTPServer

# A handler class answers requests of a server: one of its own, that only this program reaches.
_server = ThreadingHTTPServer(("127.0.0.1", 0), called)
threading.Thread(target=_server.serve_forever, daemon=True).start()

def respond(request):
    connection = http.client.HTTPConnection(*_server.server_address)
    query = query_of(request)
    target = request["path"] + ("?" + query if query else "")
    headers = {name: value for name, value in request["headers"].items() if name != "content-length"}
    connection.request(request["method"], target, request["body"], headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    left_out = ("connection", "transfer-encoding", "content-length", "server", "date")
    return answer.status, [(name, value) for name, value in answer.getheaders() if name.lower() not in left_out], body
