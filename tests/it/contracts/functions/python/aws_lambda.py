from acts import act


def lambda_handler(event, context):
    return act(event)
