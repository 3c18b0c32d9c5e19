const targetOf = (path, query) => (query ? `${path}?${query}` : path)
