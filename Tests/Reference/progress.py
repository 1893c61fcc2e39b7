"""What a terminal gets to see of the convolve command while sound comes slowly.

usage: progress.py PROGRAM SOUND ARGUMENT...    standard input gets half of SOUND, and the rest after a second

Prints what was written to standard error, a terminal, and ends with the command's exit code.
"""
import os
import pty
import subprocess
import sys
import time


def main(program, sound, *arguments):
    terminal, end = pty.openpty()
    process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stderr=end)
    os.close(end)
    with open(sound, "rb") as file:
        content = file.read()
    half = len(content) // 2
    process.stdin.write(content[:half])
    process.stdin.flush()
    # Longer than the half second after which the bar appears.
    time.sleep(1)
    process.stdin.write(content[half:])
    process.stdin.close()
    shown = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # The other end is closed.
            break
        if not part:
            break
        shown += part
    sys.stdout.buffer.write(shown)
    sys.stdout.buffer.flush()
    sys.exit(process.wait())


main(*sys.argv[1:])
