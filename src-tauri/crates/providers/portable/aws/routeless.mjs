const routeOf = () => ['$default', {}]
