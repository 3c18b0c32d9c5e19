# Fails in every way a function can: see what its caller gets, and that the next call is served by a new instance.
import ctypes
import os
import sys
import time


def lambda_handler(event, context):
    query = event.get("queryStringParameters") or {}
    how = event.get("how") or query.get("how") or "exit"
    print(f"about to fail: {how}", flush=True)
    if how == "raise":
        raise RuntimeError("this was asked for")
    if how == "timeout":
        time.sleep(context.get_remaining_time_in_millis() / 1000 + 60)
    if how == "segfault":
        ctypes.string_at(0)
    if how == "memory":
        hoard = []
        while True:
            hoard.append(os.urandom(1 << 20))
    if how == "none":
        return {"survived": True}
    sys.stdout.flush()
    os._exit(3)
