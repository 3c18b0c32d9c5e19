def query_of(request):
    return request["query"]
