import time
import uuid

class Context:
    """Lambda's context, as far as it can be told anywhere: identity and client_context come with Lambda's own clients."""

    function_name = @NAME@
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:" + @NAME@
    memory_limit_in_mb = @MEMORY@
    log_group_name = "/aws/lambda/" + @NAME@
    log_stream_name = "elsewhere"
    identity = None
    client_context = None

    def __init__(self):
        self.aws_request_id = str(uuid.uuid4())
        self._ends = time.monotonic() + @SECONDS@

    def get_remaining_time_in_millis(self):
        return max(0, int((self._ends - time.monotonic()) * 1000))

def call(event):
    return called(event, Context())
