# Leaks memory: 6 MB a call are kept, the peak climbs from call to call until the instance is out of memory.
import os

KEPT = []


def handler(event, context):
    KEPT.append(os.urandom(int(event.get("megabytes", 6)) << 20))
    kept = sum(len(block) for block in KEPT) >> 20
    print(f"keeping {kept} MB")
    return {"calls": len(KEPT), "kept_mb": kept}
