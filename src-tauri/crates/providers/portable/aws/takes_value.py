def handler(event, context):
    return call(event)
