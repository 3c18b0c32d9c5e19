# Counts its calls in memory and in a file, to see on which side of "Side by side" they are kept; and works as long as it
# is told to.
import os
import tempfile
import time

VISITS = 0
FILE = os.path.join(tempfile.gettempdir(), "visits")


def lambda_handler(event, context):
    global VISITS
    VISITS += 1
    work(event.get("work_ms", 50))
    return {"in_memory": VISITS, "in_a_file": counted()}


def work(milliseconds):
    """Keeps the CPU busy, as real work would: as much of it, however busy the machine is."""
    end = time.process_time() + float(milliseconds) / 1000
    while time.process_time() < end:
        pass


def counted():
    """One more than the file says, which is written back."""
    try:
        with open(FILE) as file:
            visits = int(file.read()) + 1
    except (FileNotFoundError, ValueError):
        visits = 1
    with open(FILE, "w") as file:
        file.write(str(visits))
    return visits
