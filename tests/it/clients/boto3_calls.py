"""Every way to call a function that answers."""

import base64
import json

from checks import invoke

ARN = "arn:aws:lambda:us-east-1:000000000000:function:echo"
CONTEXT = {"client": {"app_title": "Seeds"}, "custom": {"bed": "3"}, "env": {"locale": "de"}}

invoke("with a payload", "echo", Payload=json.dumps({"name": "Ada", "text": "grüß"}).encode())
invoke("without a payload", "echo")
invoke("with a number", "echo", Payload=b"7")
invoke("with the log", "echo", Payload=b"{}", LogType="Tail")
invoke("without the log", "echo", Payload=b"{}", LogType="None")
invoke("as an event", "echo", Payload=b"{}", InvocationType="Event")
invoke("as a dry run", "echo", Payload=b"{}", InvocationType="DryRun")
invoke("with client context", "echo", ClientContext=base64.b64encode(json.dumps(CONTEXT).encode()).decode())
invoke("by name", "echo", Payload=b"{}")
invoke("by name and version", "echo:$LATEST", Payload=b"{}")
invoke("by qualifier", "echo", Qualifier="$LATEST", Payload=b"{}")
invoke("by ARN", ARN, Payload=b"{}")
invoke("by ARN and version", ARN + ":$LATEST", Payload=b"{}")
invoke("by partial ARN", "000000000000:function:echo", Payload=b"{}")
invoke("by both, agreeing", "echo:$LATEST", Qualifier="$LATEST", Payload=b"{}")
