"""Writes convolved/documents.py, the types of the API's documents, from the API's own description.

usage: generate_documents.py OPENAPI.json | --daemon BUILD > convolved/documents.py

With --daemon, of the daemon of that folder of a build, on the virtual cable.
"""

import json
import keyword
import os
import sys

SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
HEAD = '''"""Documents of the control API, as docs/control-api.md describes them. generate_documents.py makes this file of GET /v1/openapi.json."""

from typing import Any, Literal, NotRequired, TypedDict, Union
'''


class Types:
    """TypedDicts of schemas; those of unnamed objects are named by where they stand."""

    def __init__(self, schemas):
        self.schemas, self.texts = schemas, {}

    def expression(self, schema, name):
        """The annotation of a value. `name`: of an object that has none."""
        if "$ref" in schema:
            referred = schema["$ref"].rsplit("/", 1)[1]
            self.add(referred, self.schemas[referred])
            return referred
        for several in ("oneOf", "anyOf"):
            if several in schema:
                return f"Union[{', '.join(self.expression(one, name) for one in schema[several])}]"
        if "enum" in schema:
            return f"Literal[{', '.join(map(repr, schema['enum']))}]"
        kind = schema.get("type")
        if isinstance(kind, list):
            return f"Union[{', '.join('None' if one == 'null' else self.expression({**schema, 'type': one}, name) for one in kind)}]"
        if kind in SCALARS:
            return SCALARS[kind]
        if kind == "array":
            return f"list[{self.expression(schema.get('items', {}), name)}]"
        if kind == "object" and schema.get("properties"):
            self.add(name, schema)
            return name
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return f"dict[str, {self.expression(schema['additionalProperties'], name)}]"
        return "dict[str, Any]" if kind == "object" else "None" if kind == "null" else "Any"

    def add(self, name, schema):
        """Adds a type after those that it refers to."""
        if name in self.texts:
            return
        members = []
        for member, type in schema["properties"].items():
            value = self.expression(type, name + member[0].upper() + member[1:])
            is_required = member in schema.get("required", [])
            members.append((member, value if is_required else f"NotRequired[{value}]", type.get("description")))
        # A name that Python has taken, such as `from`, is no name of a class's member.
        is_class = all(member.isidentifier() and not keyword.iskeyword(member) for member, _, _ in members)
        self.texts[name] = (as_class if is_class else as_call)(name, members)


def as_class(name, members):
    lines = [f"class {name}(TypedDict):\n"]
    for member, value, text in members:
        lines.append(f"    {member}: {value}\n" + (f'    """{text}"""\n' if text else ""))
    return "".join(lines)


def as_call(name, members):
    lines = [f"{name} = TypedDict(\n    {name!r},\n    {{\n"]
    for member, value, text in members:
        lines.append(f"        {member!r}: {value}," + (f"  # {text}" if text else "") + "\n")
    return "".join(lines) + "    },\n)\n"


def ask_daemon(build):
    """The description, from a daemon that is started for it."""
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Tests/Hostile"))
    from requests import Rig, ask, request

    rig = Rig(os.path.abspath(build))
    try:
        rig.start()
        return json.loads(ask(rig.socket, request("GET", "/v1/openapi.json"))[1])
    finally:
        rig.stop()
        rig.remove()


def read_file(path):
    with open(path) as file:
        return json.load(file)


def main(*arguments):
    document = ask_daemon(arguments[1]) if arguments[0] == "--daemon" else read_file(arguments[0])
    schemas = document["components"]["schemas"]
    types = Types(schemas)
    for name in sorted(schemas):
        types.add(name, schemas[name])
    print(HEAD + "".join(f"\n\n{types.texts[name]}" for name in types.texts), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
