"""What the fuzzers begin with: small files of the tests' own generators, and the examples of the documents.

usage: seeds.py FOLDER     with the NumPy and SciPy of Tests/requirements.txt

Writes FOLDER/TARGET/* and FOLDER/TARGET.dict, and FOLDER/beside/*, the kernels that imported configurations name.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
ROOT = TESTS.parent
LONGEST = 1 << 16
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)

WORDS = r"""
taps:0.5,1,-0.25e-3
box:8
diff
dirac
f64@48000:left.dbl
s24:skip=44:a.raw
lowpass:LR4@2000
highpass:BW3@80 Hz
bandpass:BW4@300-3000
lowpass:BE8@1 kHz
lowpass:sinc@2000/255
minimum/63:a.wav
linear/255:taps:1,2,3
linear-above@300/127:taps:1,0.5
linear-below@300:taps:1
invert:minimum:taps:1,2
eq:PK Fc 1000 Hz Gain -3 dB Q 1.41; HSC Fc 8 kHz Gain 2 dB Q 0.7; LP Fc 100
eq:room.txt\0Preamp: -6 dB\nFilter 1: ON PK Fc 63 Hz Gain -4,5 dB Q 4\nFilter 2: ON LS 6dB Fc 100 Hz Gain 2 dB
graphic:a.txt\0GraphicEQ: 20 -1; 100 2; 1000 0; 20000 -30
response:a.frd\0* a measurement\n20 -3 10\n1000 0\n20000 -6 -180
minimum/255:response:a.csv\0Freq(Hz),SPL(dB)\n20,-3\n20000,2
linear/511:a.txt\0"1.0"\n0.5\n-0.25
"""

REQUESTS = [
    "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n",
    "HEAD /metrics HTTP/1.0\r\n\r\nGET /v1/events HTTP/1.1\r\n\r\n",
    "PATCH /v1/output HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"mute\": true} ",
    "PUT /v1/filters/a%20b/kernel?channel=1&resample=true&name=x HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n1\n",
    "PUT /v1/filters/left/kernel?format=f64&skip=8&take=1&rate=48000 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n0\r\n\r\n",
    "PUT /v1/filters/left/kernel?words=eq%3Aroom.txt HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\n1\n2",
    "POST /v1/config/check?folder=/etc HTTP/1.1\r\nContent-Type: application/yaml\r\nContent-Length: 12\r\n\r\nrate: 48000\n",
    "POST /v1/verify HTTP/1.1\r\nConnection: close\r\n\r\n",
    "GET /v1/presets HTTP/1.1\r\n\r\nDELETE /v1/presets/night HTTP/1.1\r\n\r\n",
    "POST /v1/presets/night/activate HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"match\": true}\n",
    "GET /v1/filters/left/response?points=16&samples=64&start=3&frames=128 HTTP/1.1\r\n\r\n",
    "GET /v1/outputs/1/response?input=0 HTTP/1.1\r\n\r\n",
]

# By the first byte: filters, output, verify, save and activate a preset, config, check, kernel.
DOCUMENTS = [
    b'\0{ "left": { "gain": -3.5e0, "delay": 480 }, "r\\u00fcck": { "kernel": "eq:PK Fc 1 kHz Gain 1 dB Q 1", "channel": 1 } }',
    b'\1{ "volume": -20, "mute": false, "bypass": true, "dither": "tpdf", "ceiling": "none" }', b'\1{"ceiling":-0.1}',
    b'\2{ "seconds": 0.5, "seed": 9007199254740992 }', b"\2",
    b'\3{ "left": { "kernel": "lowpass:LR4@2000", "gain": -1 } }', b"\3",
    b'\4{ "match": true, "trim": -2.5 }', b'\4{ "match": [ "night", "day" ] }', b"\5rate: 48000\n", b"\0061", b"\0071 2 3\n",
]


def generated(name):
    """A folder of what a generator of the tests writes."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="seeds-"))
    subprocess.run([sys.executable, TESTS / "Reference" / f"{name}.py", folder], check=True, stdout=subprocess.DEVNULL)
    return folder


def files(folder, endings=("",)):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name.endswith(endings) and path.stat().st_size <= LONGEST:
            yield path.read_bytes()


def examples():
    """The blocks of all documents, with their language."""
    for path in sorted(ROOT.glob("docs/*.md")) + [ROOT / "README.md"]:
        for language, text in BLOCK.findall(path.read_text()):
            yield language, text.encode()


def dictionary(seeds):
    """Lines of libFuzzer's dictionary: the words of the texts, and the names of chunks."""
    words = {}
    for seed in seeds:
        for word in re.findall(rb"[A-Za-z_/@:.-]{3,24}|[A-Za-z0-9 ]{4}", seed[:4096]):
            words[word] = words.get(word, 0) + 1
    often = sorted(words, key=lambda word: (-words[word], word))[:400]
    return "".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in often)


def main(folder):
    folder = pathlib.Path(folder)
    sounds, arrays, imported = generated("foreign_files"), generated("npy_corpus"), generated("imported")
    blocks = list(examples())
    texts = [text for _, text in blocks if len(text) < 4096]
    yaml = [text for language, text in blocks if language == "yaml"]
    # Of the arrays one in twenty: many are alike.
    seeds = {
        "sound": list(files(sounds)) + list(files(generated("kernel_files"), (".wav",))),
        "array": list(files(arrays))[::20],
        "taps": texts + list(files(imported, (".txt", ".dbl", ".raw"))) + [b"# taps\n1\n0.5\n-2.5e-1\n", b"0.0,1.0\n1e-3,0x1p-3\n"],
        "words": [line.replace("\\0", "\0").replace("\\n", "\n").encode() for line in WORDS.split("\n") if line],
        "equaliser": texts + list(files(imported, (".txt",))),
        "configuration": yaml + [(TESTS / "Reference/baseline.yaml").read_bytes()],
        "import": list(files(imported, (".txt", ".conf", ".yml", ".cfg", ".wav"))) + list(files(generated("archives"))) + texts,
        "request": [request.encode() for request in REQUESTS],
        "document": DOCUMENTS,
    }
    for target, contents in seeds.items():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for index, content in enumerate(contents):
            (folder / target / f"seed-{index}").write_bytes(content)
        (folder / f"{target}.dict").write_text(dictionary(contents))
    beside = folder / "beside"
    for path in imported.rglob("*"):
        if path.is_file() and path.suffix != ".npy":
            copy = beside / path.relative_to(imported)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())


if __name__ == "__main__":
    main(sys.argv[1])
