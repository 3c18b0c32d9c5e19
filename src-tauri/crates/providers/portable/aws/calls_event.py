import uuid

class Context:
    """Of Lambda's context what every cloud can tell."""

    function_name = @NAME@

    def __init__(self):
        self.aws_request_id = str(uuid.uuid4())

def call(event):
    return called(event, Context())
