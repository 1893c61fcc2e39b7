"""Holds a running daemon against its own description of its API: with a generated client, and with random requests.

openapi_check.py SOCKET FOLDER TOOLS EXAMPLES

A forwarder on the loopback takes TCP to the Unix socket. TOOLS is the folder of openapi-python-client and schemathesis.
"""
import json
import os
import re
import select
import socket
import subprocess
import sys
import threading

control, folder, tools, examples = sys.argv[1:5]


def forward(client):
    with client, socket.socket(socket.AF_UNIX) as server:
        server.connect(control)
        other = {client: server, server: client}
        while True:
            for end in select.select(list(other), [], [])[0]:
                try:
                    data = end.recv(65_536)
                    other[end].sendall(data)
                except OSError:
                    return
                if not data:
                    return


def listen(listener):
    while True:
        threading.Thread(target=forward, args=[listener.accept()[0]], daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=listen, args=[listener], daemon=True).start()
url = f"http://127.0.0.1:{listener.getsockname()[1]}"
environment = {**os.environ, "PATH": os.pathsep.join([tools, os.environ["PATH"]]), "HOME": folder}


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder, env=environment, **more)
    assert done.returncode == 0, f"{' '.join(command[:2])}: exit code {done.returncode}\n{done.stdout}"
    return done.stdout


# --- A client that is generated ----------------------------------------------------------------------------------
document = subprocess.run(
    ["curl", "-sf", "--unix-socket", control, "http://localhost/v1/openapi.json"], stdout=subprocess.PIPE, check=True).stdout
with open(f"{folder}/openapi.json", "wb") as file:
    file.write(document)
with open(f"{folder}/generator.yaml", "w") as file:
    # Bytes, for a generator that knows only some kinds of them.
    file.write("content_type_overrides:\n")
    for kind in ["application/yaml", "audio/*", "text/plain"]:
        file.write(f"  '{kind}': application/octet-stream\n")
made = run(
    "openapi-python-client", "generate", "--path", "openapi.json", "--output-path", "client", "--meta", "none", "--config", "generator.yaml")
assert "warning" not in made.lower(), made
run(f"{tools}/python3", os.path.dirname(os.path.abspath(__file__)) + "/openapi_client.py", url)

# --- Every member of an answer is described ----------------------------------------------------------------------
schemas = json.loads(document)["components"]["schemas"]


def undescribed(value, schema, path):
    schema = schemas[schema["$ref"].split("/")[-1]] if "$ref" in schema else schema
    if isinstance(value, dict) and "properties" in schema:
        for name, member in value.items():
            if name in schema["properties"]:
                yield from undescribed(member, schema["properties"][name], f"{path}.{name}")
            else:
                yield f"{path}.{name}"
    elif isinstance(value, list):
        for item in value:
            yield from undescribed(item, schema["items"], f"{path}[]")


def call(target, *options):
    done = subprocess.run(
        ["curl", "-sf", "--unix-socket", control, *options, f"http://localhost{target}"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


answers = {
    "PresetReport": call("/v1/presets/checked", "-X", "PUT"), "PresetUse": call("/v1/presets/checked/activate", "-X", "POST"),
    "PresetList": call("/v1/presets"), "Status": call("/v1/status"), "FilterResponse": call("/v1/filters/f0/response"),
}
for name, answer in answers.items():
    assert not list(undescribed(answer, schemas[name], name)), list(undescribed(answer, schemas[name], name))

# --- Random requests, right and wrong ----------------------------------------------------------------------------
with open(f"{folder}/hooks.py", "w") as file:
    file.write("""
import schemathesis

@schemathesis.hook
def map_body(context, body):
    # A verification lasts as long as it is asked to.
    if isinstance(body, dict) and isinstance(body.get("seconds"), (int, float)) and 0.01 < body["seconds"] <= 600:
        return {**body, "seconds": 0.01}
    # Filters that there are.
    if context.operation.path == "/v1/filters" and isinstance(body, dict):
        members = list(body.items())
        return {**dict(zip(("f0", "f1"), [value for _, value in members[:2]])), **dict(members[2:])}
    return body
""")
with open(f"{folder}/schemathesis.toml", "w") as file:
    # What a configuration or a kernel holds is beyond a schema: 422.
    file.write(f"""
hooks = "hooks"
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 404, 422]
""")
print(run(
    "schemathesis", "run", "openapi.json", "--url", url, "--exclude-path", "/v1/events", "--phases", "examples,coverage,fuzzing",
    "--max-examples", examples, "--seed", "1", "--request-timeout", "20", "--generation-database", "none", "--no-color", "--suppress-health-check", "all"))
listener.close()
