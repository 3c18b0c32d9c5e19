import functions_framework

from acts import act


@functions_framework.http
def garden(request):
    return act(request.args)
