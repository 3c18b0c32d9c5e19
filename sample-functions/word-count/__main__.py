# IBM Code Engine's contract: `main` takes a dictionary of parameters, from the query and the body, and returns one.
from collections import Counter


def main(args):
    words = str(args.get("text", "")).lower().split()
    if not words:
        return {"statusCode": 400, "body": {"message": "send some text: ?text=to sow or not to sow"}}
    print(f"counted {len(words)} words")
    return {"body": {"words": len(words), "most": Counter(words).most_common(3)}}
