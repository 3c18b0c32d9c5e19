"""What SDK users read at start-up, and what waiters wait for."""

from checks import client, report


def body(response):
    return {key: value for key, value in response.items() if key != "ResponseMetadata"}


listed = client.list_functions()
report("list", names=[one["FunctionName"] for one in listed["Functions"]], first=listed["Functions"][0])
pages = client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
report("pages", pages=[[one["FunctionName"] for one in page["Functions"]] for page in pages])

configuration = body(client.get_function_configuration(FunctionName="echo"))
report("configuration", **configuration)
function = client.get_function(FunctionName="arn:aws:lambda:us-east-1:000000000000:function:echo")
report("function", same=function["Configuration"] == configuration, code=sorted(function["Code"]), tags=function["Tags"])
report("qualified", arn=client.get_function(FunctionName="echo", Qualifier="$LATEST")["Configuration"]["FunctionArn"])
report("concurrency", **body(client.get_function_concurrency(FunctionName="waits")))
report("reserved", **client.get_function(FunctionName="waits")["Concurrency"])
report("url", **body(client.get_function_url_config(FunctionName="echo")))
report("settings", **client.get_account_settings()["AccountLimit"])
report("mappings", **body(client.list_event_source_mappings(FunctionName="echo")))

for waiter in ["function_exists", "function_active", "function_active_v2", "function_updated", "function_updated_v2"]:
    # The default is to ask every few seconds for minutes; a function that is there is so at the first look.
    client.get_waiter(waiter).wait(FunctionName="echo", WaiterConfig={"MaxAttempts": 1})
    report(waiter, waited=True)
