def query_of(request):
    """As on Vercel, what the variables of its route stand for in the path goes to the query."""
    parts, sent = @ROUTE@.split("/"), request["path"].split("/")
    found = [f"{part[1:-1]}={value}" for part, value in zip(parts, sent) if part.startswith("[") and part.endswith("]")]
    return "&".join(filter(None, [request["query"], *(found if len(parts) == len(sent) else [])]))
