#!/usr/bin/env python3
"""A program of its own on Lambda's Runtime API."""

import json
import os
from urllib.request import Request, urlopen

from acts import act

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"

while True:
    with urlopen(API + "next") as given:
        request, event = given.headers["Lambda-Runtime-Aws-Request-Id"], json.load(given)
    try:
        kind, said = "response", act(event)
    except Exception as error:
        kind, said = "error", {"errorType": type(error).__name__, "errorMessage": str(error)}
    urlopen(Request(f"{API}{request}/{kind}", json.dumps(said).encode())).close()
