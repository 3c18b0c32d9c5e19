def main(params):
    """An action answers with an object: any other value is the `body` of one."""
    answer = call(params)
    return answer if isinstance(answer, (dict, list)) else {"body": answer}
