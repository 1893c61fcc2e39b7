#!/bin/bash
# Puts 64-bit Arm's Python into FOLDER, with NumPy and SciPy of Tests/requirements.txt as pip installs them there: numpy.sh FOLDER PIP...
#
# FOLDER/python runs it on this machine, emulated as the processor that QEMU_CPU names. PIP is the command that is pip.
set -euo pipefail
folder=$(realpath -m "${1:?usage: numpy.sh FOLDER PIP...}")
shift
suite=trixie
mirror=${MIRROR:-http://deb.debian.org/debian}
keys=/usr/share/keyrings/debian-archive-keyring.gpg
requirements=$(dirname "$(readlink -f "$0")")/../requirements.txt

# How apt may use the network here.
mapfile -t settings < <(apt-config dump --format '%f "%v";%n' | grep -E '^Acquire::(Check-|http|https|Retries)' || true)
options=(--quiet --architectures=arm64 --variant=extract --include=python3,zlib1g,libstdc++6,libgcc-s1)
for setting in "${settings[@]}"; do options+=("--aptopt=$setting"); done

rm -rf --one-file-system "${folder:?}"
mkdir -p "$folder"
mmdebstrap "${options[@]}" "$suite" "$folder/root" "deb [signed-by=$keys] $mirror $suite main"
for name in bin lib; do ln -sfn "usr/$name" "$folder/root/$name"; done
program=$(basename "$(readlink -f "$folder/root/usr/bin/python3")")
"$@" install --quiet --disable-pip-version-check --target "$folder/packages" --only-binary=:all: --implementation cp \
  --python-version "${program#python}" --platform manylinux_2_27_aarch64 --platform manylinux_2_28_aarch64 -r "$requirements"

cat > "$folder/python" <<END
#!/bin/sh
exec qemu-aarch64 -L '$folder/root' -E PYTHONPATH='$folder/packages' '$folder/root/usr/bin/$program' "\$@"
END
chmod +x "$folder/python"
"$folder/python" -c 'import numpy, scipy; print("NumPy", numpy.__version__, "and SciPy", scipy.__version__, "for 64-bit Arm")'
