"""What the boto3 scripts share: a client with retries off, and one JSON line for each check."""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=60)
client = boto3.client("lambda", config=CONFIG)


def report(check, **found):
    print(json.dumps({"check": check, **found}), flush=True)


def parsed(payload):
    text = payload.decode()
    try:
        return json.loads(text)
    except ValueError:
        return text


def answered(response):
    """An answer of Invoke."""
    found = {
        "status": response["StatusCode"],
        "http": response["ResponseMetadata"]["HTTPStatusCode"],
        "request": response["ResponseMetadata"]["RequestId"],
        "version": response.get("ExecutedVersion"),
        "function_error": response.get("FunctionError"),
        "log": response.get("LogResult"),
        "headers": response["ResponseMetadata"]["HTTPHeaders"],
        "attempts": response["ResponseMetadata"]["RetryAttempts"] + 1,
    }
    payload = response["Payload"].read()
    return {**found, "empty": not payload, "payload": parsed(payload)}


def failed(error):
    """An error as `except client.exceptions.NAME` would see it."""
    code = error.response["Error"]["Code"]
    modelled = getattr(client.exceptions, code, None) if hasattr(client.exceptions, code) else None
    return {
        "code": code,
        "class": type(error).__name__,
        "caught_by_its_class": modelled is not None and isinstance(error, modelled),
        "http": error.response["ResponseMetadata"]["HTTPStatusCode"],
        "message": error.response["Error"]["Message"],
        "type": error.response.get("Type"),
        "reason": error.response.get("Reason"),
        "request": error.response["ResponseMetadata"].get("RequestId"),
        "attempts": error.response["ResponseMetadata"]["RetryAttempts"] + 1,
    }


def invoke(check, function, by=client, **parameters):
    try:
        report(check, **answered(by.invoke(FunctionName=function, **parameters)))
    except ClientError as error:
        report(check, **failed(error))


def refused(check, call):
    try:
        call()
        report(check, code=None)
    except ClientError as error:
        report(check, **failed(error))
