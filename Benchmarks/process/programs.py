"""The programs that are compared, each with its configuration: how it is started for a setting."""
import shutil
import subprocess
import time
from dataclasses import dataclass
from typing import Callable

from jack import start_jack
from pipewire import start_pipewire
from setting import RATE


@dataclass
class Program:
    """`start` returns processes that lead sessions of their own; all of their sessions counts."""

    name: str
    start: Callable
    has_devices: bool = True


def spawn(command, setting, **streams):
    return subprocess.Popen(
        command, env=setting.environment, start_new_session=True, cwd=setting.folder,
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | streams)


def convolved(path, precision, is_watched=False):
    """is_watched: whether a client follows its events."""
    def start(setting):
        filters = "\n".join(
            f"  - {{ name: f{i}-{o}, from: {i}, to: {o}, kernel: kernel-{i}-{o}.wav }}" for i, o in setting.routes)
        with open(f"{setting.folder}/convolved.yaml", "w") as file:
            file.write(
                f"rate: {RATE}\nblock: {setting.block}\nprecision: {precision}\n"
                f"capture: {{ device: capture, format: FLOAT_LE }}\nplayback: {{ device: playback, format: FLOAT_LE }}\nfilters:\n{filters}\n")
        daemon = spawn([path, "--config", f"{setting.folder}/convolved.yaml", "--socket", f"{setting.folder}/socket"], setting)
        if is_watched:
            time.sleep(2)
            client = ["curl", "--silent", "--no-buffer", "--unix-socket", f"{setting.folder}/socket", "http://localhost/v1/events"]
            setting.helpers.append(spawn(client, setting))
        return [daemon]

    return Program(f"convolved, {precision}{', watched' if is_watched else ''}", start)


def start_brutefir(setting):
    """Between pipes: arecord gives, aplay takes."""
    every = range(setting.channels)
    lines = [
        f"float_bits: 32; sampling_rate: {RATE}; filter_length: {setting.block},{max(1, setting.taps // setting.block)};",
        f'convolver_config: "{setting.folder}/brutefir-{setting.block}"; max_dither_table_size: 0; lock_memory: true; powersave: false;',
        "overflow_warnings: false; show_progress: false; allow_poll_mode: false; monitor_rate: false; safety_limit: 0; sdf_length: -1;",
        'modules_path: "/usr/lib/brutefir";']
    lines += [
        f'coeff "c{i}-{o}" {{ filename: "{setting.kernel((i, o), "raw")}"; format: "FLOAT_LE"; attenuation: 0; blocks: -1; }};'
        for i, o in setting.routes]
    for word, letter, path in ("input", "i", "/dev/stdin"), ("output", "o", "/dev/stdout"):
        names = ", ".join(f'"{letter}{n}"' for n in every)
        dither = "dither: false; " if word == "output" else ""
        lines.append(
            f'{word} {names} {{ device: "file" {{ path: "{path}"; }}; sample: "FLOAT_LE"; channels: {setting.channels}; {dither}}};')
    lines += [
        f'filter "f{i}-{o}" {{ from_inputs: "i{i}"; to_outputs: "o{o}"; coeff: "c{i}-{o}"; }};' for i, o in setting.routes]
    with open(f"{setting.folder}/brutefir.conf", "w") as file:
        print(*lines, sep="\n", file=file)
    form = f"-q -t raw -f FLOAT_LE -r {RATE} -c {setting.channels} --period-size={setting.block} --buffer-size={4 * setting.block}"
    return [spawn(
        ["sh", "-c", f"arecord -D capture {form} | brutefir -quiet -nodefault brutefir.conf | aplay -D playback {form}"], setting)]


def programs(path):
    """All that this machine has, and the names of those that it lacks."""
    every = [
        (convolved(path, "float32"), []), (convolved(path, "float32", is_watched=True), ["curl"]), (convolved(path, "float64"), []),
        (Program("BruteFIR", start_brutefir), ["brutefir", "arecord", "aplay"]),
        (Program("jconvolver", start_jack, has_devices=False), ["jackd", "jconvolver"]),
        (Program("PipeWire", start_pipewire, has_devices=False), ["pipewire", "pw-link"])]
    found = [program for program, needs in every if all(map(shutil.which, needs))]
    return found, [program.name for program, _ in every if program not in found]
