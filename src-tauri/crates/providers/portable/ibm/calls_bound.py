import json

# The parameters that its manifest gives the action, which no other cloud adds.
DEFAULTS = json.loads(@DEFAULTS@)

def call(event):
    return called({**DEFAULTS, **event})
