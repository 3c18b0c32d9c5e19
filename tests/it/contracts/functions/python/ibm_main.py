from acts import act


def main(params):
    said = act(params)
    return {"body": said, "headers": {"Content-Type": "application/json"}} if "__ce_method" in params else said
