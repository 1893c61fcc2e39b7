"""jconvolver, on JACK's dummy driver: the driver sleeps from block to block, and no sound leaves it."""
import subprocess
import time

from setting import RATE


def start_jack(setting):
    from programs import spawn

    server = f"bench{setting.block}"
    command = ["jackd", "-n", server, "-r", "-d", "dummy", "-r", str(RATE), "-p", str(setting.block)]
    daemon = spawn(command + ["-C", str(setting.channels), "-P", str(setting.channels)], setting)
    lines = [f"/convolver/new {setting.channels} {setting.channels} {setting.block} {max(setting.block, setting.taps)}"]
    for n in range(1, setting.channels + 1):
        lines += [f"/input/name {n} in{n} system:capture_{n}", f"/output/name {n} out{n} system:playback_{n}"]
    lines += [f"/impulse/read {i + 1} {o + 1} 1 0 0 0 1 {setting.kernel((i, o), 'wav')}" for i, o in setting.routes]
    with open(f"{setting.folder}/jconvolver.conf", "w") as file:
        print(*lines, sep="\n", file=file)
    time.sleep(1)
    # It ends with its standard input.
    client = spawn(["jconvolver", "-s", server, f"{setting.folder}/jconvolver.conf"], setting, stdin=subprocess.PIPE)
    return [client, daemon]
