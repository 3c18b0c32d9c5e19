"""Which functions an Azure app in Python has, as Azure's worker finds them."""

import importlib
import inspect
import json
import os
import sys
import types


class Indexed:
    """A function with its bindings (`name`, `type`, `direction`), or the error its module failed with. `described` is
    what a `function.json` would say of it, where no file does."""

    def __init__(self, name, directory, function, bindings, error=None, described=None):
        self.name = name
        self.directory = directory
        self.function = function
        self.bindings = bindings
        self.error = error
        self.described = described
        self.parameters = inspect.signature(function).parameters if function else {}


def index(handler, root):
    """By lower-case name."""
    if root not in sys.path:
        sys.path.insert(0, root)
    found = _folders(root) if handler == "function.json" else _decorated(handler, root)
    return {one.name.lower(): one for one in found}


def _decorated(handler, root):
    from .serve import load_module

    module = load_module(os.path.join(root, handler), os.path.splitext(handler)[0])
    from azure.functions.decorators.function_app import FunctionRegister

    apps = [value for value in vars(module).values() if isinstance(value, FunctionRegister)]
    apps = list({id(app): app for app in apps}.values())
    if len(apps) != 1:
        found = "no" if not apps else "more than one"
        raise ValueError(f"{found} top level function app instance in {handler}: make one with func.FunctionApp()")
    return [
        Indexed(
            one.get_function_name(),
            root,
            one.get_user_function(),
            [_binding(binding) for binding in one.get_bindings()],
            described=json.loads(one.get_function_json()) | {"name": one.get_function_name()},
        )
        for one in apps[0].get_functions()
    ]


def _binding(binding):
    direction = "out" if binding.direction == 1 else "in"
    cardinality = getattr(binding, "cardinality", None)
    return {"name": binding.name, "type": binding.type, "direction": direction, "cardinality": cardinality}


def _folders(root):
    package = types.ModuleType("__app__")
    package.__path__ = [root]
    sys.modules["__app__"] = package
    found = []
    for name in sorted(os.listdir(root)):
        manifest = os.path.join(root, name, "function.json")
        if not os.path.isfile(manifest):
            continue
        try:
            with open(manifest, encoding="utf-8-sig") as file:
                described = json.load(file)
        except ValueError as error:
            # It is no function of the host's, and the others are.
            print(f"coldframe: {manifest} cannot be read, and its function is left out: {error}", file=sys.stderr)
            continue
        script = described.get("scriptFile") or _usual(root, name)
        if not script.endswith(".py") or described.get("disabled") is True:
            continue
        directory = os.path.join(root, name)
        bindings = [{"direction": "in", **one, "direction": one.get("direction", "in").lower()} for one in described["bindings"]]
        try:
            function = _imported(root, directory, script, described.get("entryPoint") or "main")
            found.append(Indexed(name, directory, function, bindings))
        except Exception as error:
            found.append(Indexed(name, directory, None, bindings, error))
    # One that cannot be loaded fails when it is called; where none can be, the app does.
    if found and all(one.error for one in found):
        raise found[0].error
    return found


def _usual(root, name):
    both = ("__init__.py", "main.py")
    return next((script for script in both if os.path.exists(os.path.join(root, name, script))), both[0])


def _imported(root, directory, script, entry):
    path = os.path.relpath(os.path.normpath(os.path.join(directory, script)), root)
    if path.startswith(os.pardir):
        raise ValueError(f"scriptFile {script} leads out of the app")
    parts = os.path.splitext(path)[0].split(os.sep)
    if parts[-1] == "__init__":
        parts.pop()
    module = importlib.import_module(".".join(["__app__", *parts]))
    function = getattr(module, entry, None)
    if function is None:
        raise AttributeError(f"{path} has no function {entry}")
    return function
