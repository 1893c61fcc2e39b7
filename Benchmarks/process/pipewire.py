"""PipeWire's filter-chain, between two null sinks, whose driver is a timer: no sound leaves it."""
import subprocess
import time

from setting import RATE

MODULES = ["protocol-native", "client-node", "adapter", "metadata", "spa-node-factory", "link-factory", "access"]
# What a session manager would do.
PORTS = "adapter.auto-port-config = { mode = dsp monitor = true position = preserve }"
LIBRARIES = "context.spa-libs = { audio.convert.* = audioconvert/libspa-audioconvert support.* = support/libspa-support }"


def start_pipewire(setting):
    from programs import spawn

    positions = "[ " + " ".join(f"AUX{n}" for n in range(setting.channels)) + " ]"
    write(setting, "server", f"core.daemon = true core.name = bench {clock(setting)}", MODULES, [
        f'{{ factory = adapter args = {{ factory.name = support.null-audio-sink node.name = {name} media.class = Audio/Sink '
        f"audio.rate = {RATE} audio.position = {positions} priority.driver = {priority} {PORTS} }} }}"
        for name, priority in (("bench-source", 2000), ("bench-sink", 1000))])
    write(setting, "filter", clock(setting), ["protocol-native", "client-node", "adapter"], [], chain(setting, positions))
    server = spawn(["pipewire", "-c", f"{setting.folder}/server.conf"], setting)
    time.sleep(1)
    client = spawn(["env", "PIPEWIRE_REMOTE=bench", "pipewire", "-c", f"{setting.folder}/filter.conf"], setting)
    time.sleep(2)
    for n in range(setting.channels):
        for pair in (f"bench-source:monitor_AUX{n}", f"bench-in:input_AUX{n}"), (f"bench-out:output_AUX{n}", f"bench-sink:playback_AUX{n}"):
            subprocess.run(
                ["pw-link", *pair], env=setting.environment | {"PIPEWIRE_REMOTE": "bench"}, check=True, capture_output=True, timeout=10)
    return [client, server]


def clock(setting):
    sizes = " ".join(f"default.clock.{name}quantum = {setting.block}" for name in ("", "min-", "max-"))
    return f"support.dbus = false default.clock.rate = {RATE} {sizes}"


def write(setting, name, properties, modules, objects, *more):
    listed = " ".join(f"{{ name = libpipewire-module-{module} }}" for module in modules)
    with open(f"{setting.folder}/{name}.conf", "w") as file:
        print(f"context.properties = {{ {properties} }}", LIBRARIES, sep="\n", file=file)
        print(f"context.modules = [ {listed} {' '.join(more)} ]", f"context.objects = [ {' '.join(objects)} ]", sep="\n", file=file)


def chain(setting, positions):
    """A convolver for each kernel, and a mixer for each output of a matrix."""
    nodes = [
        f'{{ type = builtin label = convolver name = "c{i}-{o}" config = {{ filename = "{setting.kernel((i, o), "wav")}" '
        f"blocksize = {setting.block} }} }}" for i, o in setting.routes]
    if not setting.is_matrix:
        ins, outs, links = [f'"c{n}-{n}:In"' for n in range(setting.channels)], [f'"c{n}-{n}:Out"' for n in range(setting.channels)], []
    else:
        every = range(setting.channels)
        nodes += [f'{{ type = builtin label = copy name = "copy{n}" }}' for n in every]
        nodes += [f'{{ type = builtin label = mixer name = "mix{n}" }}' for n in every]
        links = [f'{{ output = "copy{i}:Out" input = "c{i}-{o}:In" }}' for i, o in setting.routes]
        links += [f'{{ output = "c{i}-{o}:Out" input = "mix{o}:In {i + 1}" }}' for i, o in setting.routes]
        ins, outs = [f'"copy{n}:In"' for n in every], [f'"mix{n}:Out"' for n in every]
    graph = f"nodes = [ {' '.join(nodes)} ] links = [ {' '.join(links)} ] inputs = [ {' '.join(ins)} ] outputs = [ {' '.join(outs)} ]"
    ends = [
        f"{side}.props = {{ node.name = bench-{name} audio.rate = {RATE} audio.position = {positions} node.autoconnect = false {PORTS} }}"
        for side, name in (("capture", "in"), ("playback", "out"))]
    return f"{{ name = libpipewire-module-filter-chain args = {{ filter.graph = {{ {graph} }} {' '.join(ends)} }} }}"
