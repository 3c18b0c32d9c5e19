from urllib.parse import unquote

ROUTES = @ROUTES@

def route_of(method, path):
    """The most specific route of its API that a request fits, and what its variables stand for."""
    fits = []
    for own_method, own in ROUTES:
        found = variables_of(own, path) if own_method in ("ANY", method) else None
        if found is not None:
            kinds = ["+}" in part and 2 or "{" in part and 1 or 0 for part in own.split("/")]
            fits.append((kinds, own_method == "ANY", f"{own_method} {own}", found))
    return min(fits, key=lambda fit: fit[:2])[2:] if fits else ("$default", {})

def variables_of(route, path):
    parts, sent, found = route.split("/"), path.split("/"), {}
    for at, part in enumerate(parts):
        if part.endswith("+}") and at < len(sent):
            return {**found, part[1:-2]: unquote("/".join(sent[at:]))}
        if at >= len(sent) or (not part.startswith("{") and unquote(sent[at]) != part):
            return None
        if part.startswith("{"):
            found[part[1:-1]] = unquote(sent[at])
    return found if len(parts) == len(sent) else None
