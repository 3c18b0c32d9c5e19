"""Every error: the function's own, which are answers, and the service's, which are exceptions."""

import pathlib
import tempfile
import threading

import boto3
from checks import answered, client, invoke, refused, report

SYNC, ASYNC = 6291456, 1048576


def text(length):
    return b'"' + b"x" * (length - 2) + b'"'


# Answers.
invoke("raised", "raises", LogType="Tail")
invoke("exited", "exits", LogType="Tail")
invoke("timed out", "sleeps", LogType="Tail")
invoke("not imported", "unimportable")
invoke("answer too large", "large", Payload=b"6291557")
invoke("answer just right", "large", Payload=b"1000000")

# Exceptions.
invoke("no such function", "nobody")
invoke("no such version", "echo", Qualifier="7")
invoke("no such function, as an event", "nobody", InvocationType="Event")
invoke("no such function, as a dry run", "nobody", InvocationType="DryRun")
refused("no such function, read", lambda: client.get_function(FunctionName="nobody"))
refused("no such configuration", lambda: client.get_function_configuration(FunctionName="nobody"))
invoke("not JSON", "echo", Payload=b"{not json")
invoke("not UTF-8", "echo", Payload=b'"\xff\xfe"')
invoke("not JSON, as an event", "echo", Payload=b"{not json", InvocationType="Event")
invoke("qualifiers disagree", "echo:$LATEST", Qualifier="live")
invoke("no such invocation type", "echo", InvocationType="Sometimes")
invoke("client context no Base64", "echo", ClientContext="{}")
invoke("just not too large", "large", Payload=text(SYNC))
invoke("too large", "echo", Payload=text(SYNC + 1))
invoke("too large for an event", "echo", Payload=text(ASYNC + 1), InvocationType="Event")
invoke("no concurrency at all", "closed")
invoke("no concurrency, retried", "closed", by=boto3.client("lambda"))

# One call holds the only instance while another asks.
with tempfile.TemporaryDirectory() as folder:
    gate = pathlib.Path(folder)
    event = f'{{"gate": "{folder}"}}'.encode()
    first = []
    caller = threading.Thread(target=lambda: first.append(client.invoke(FunctionName="waits", Payload=event)))
    caller.start()
    while not (gate / "running").exists() and caller.is_alive():
        caller.join(0.01)
    invoke("concurrency taken", "waits", Payload=event)
    (gate / "go").touch()
    caller.join()
    report("the one that took it", **answered(first[0]))
