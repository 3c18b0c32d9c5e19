def route_of(method, path):
    return "$default", {}
