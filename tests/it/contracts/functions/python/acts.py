"""What every function of the table does, by its event's `do`. Files beside this one hand it each contract's events."""

import os
import time
import uuid

VERSION = "one"
INSTANCE = uuid.uuid4().hex
calls = 0


def act(event):
    global calls
    calls += 1
    do = event.get("do", "hello")
    said = {"hello": event.get("name"), "version": VERSION, "instance": INSTANCE, "calls": calls}
    if do == "error":
        raise ValueError("bad seed")
    if do == "exit":
        os._exit(3)
    if do == "sleep":
        time.sleep(60)
    if do == "log":
        print("a line of", event["name"], flush=True)
    if do == "env":
        said["env"] = dict(os.environ)
    if do == "meet":
        meet(event["at"])
    return said


def meet(folder):
    """Returns when two calls are here, whichever processes they are in."""
    open(os.path.join(folder, uuid.uuid4().hex), "x").close()
    while len(os.listdir(folder)) < 2:
        time.sleep(0.005)
