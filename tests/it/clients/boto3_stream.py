"""InvokeWithResponseStream: chunks, and how a stream says that it failed."""

import json

from botocore.exceptions import ClientError

from checks import client, failed, report


def stream(check, function, event, **parameters):
    try:
        response = client.invoke_with_response_stream(
            FunctionName=function, Payload=json.dumps(event).encode(), **parameters
        )
    except ClientError as error:
        report(check, **failed(error))
        return
    chunks, ends = [], []
    for event in response["EventStream"]:
        if "PayloadChunk" in event:
            chunks.append(event["PayloadChunk"]["Payload"].decode())
        else:
            ends.append(event["InvokeComplete"])
    report(
        check,
        status=response["StatusCode"],
        version=response.get("ExecutedVersion"),
        type=response.get("ResponseStreamContentType"),
        request=response["ResponseMetadata"]["RequestId"],
        text="".join(chunks),
        chunks=len(chunks),
        ends=ends,
        log=ends[-1].get("LogResult") if ends else None,
    )


PARTS = ["one ", "two ", "three"]
stream("parts", "streams", {"parts": PARTS}, LogType="Tail")
stream("fails half way", "streams", {"parts": PARTS, "fail": "after"})
stream("fails before", "streams", {"parts": [], "fail": "before"})
stream("exits half way", "streams", {"parts": PARTS, "fail": "exit"})
stream("of a function that does not stream", "echo", {"name": "Ada"})
stream("of a function that raises", "raises", {})
stream("of nobody", "nobody", {})
stream("of a full one", "closed", {})

response = client.invoke(FunctionName="streams", Payload=json.dumps({"parts": PARTS}).encode())
report("called without a stream", text=response["Payload"].read().decode(), error=response.get("FunctionError"))
