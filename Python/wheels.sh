#!/bin/sh
# Makes the wheel and the source distribution of this folder, and tests the wheel in fresh environments: wheels.sh BUILD PYTHON...
# BUILD has lib/libconvolved.so, include/convolved.h and wheel-tools. A PYTHON that does not run is left out, and named.
set -eu
build=$(cd "${1:?usage: wheels.sh BUILD PYTHON...}" && pwd)
shift
here=$(cd "$(dirname "$0")" && pwd)
tools=$build/wheel-tools/bin
work=$build/wheel-work
rm -rf "$work" "$build/wheels"
mkdir -p "$work" "$build/wheels"

# From a copy: the builder leaves files beside the sources.
cp -R "$here" "$work/Python"
cp "$here/../LICENSE" "$work/Python/"
mkdir -p "$work/Sources/CConvolved/include"
cp "$here/../Sources/CConvolved/include/"*.h "$work/Sources/CConvolved/include/"
export CONVOLVED_PREFIX="$build"
PATH=$tools:$PATH
cd "$work/Python"
"$tools/python3" -m build --no-isolation --sdist --wheel --outdir "$work/dist" . > "$work/build.log" 2>&1 || { cat "$work/build.log" >&2; exit 1; }
# The library goes into the wheel, which is named for the oldest system whose C library has all that both use.
LD_LIBRARY_PATH=$build/lib "$tools/auditwheel" repair --wheel-dir "$build/wheels" "$work"/dist/*.whl
mv "$work"/dist/*.tar.gz "$build/wheels/"
"$tools/auditwheel" show "$build"/wheels/*.whl
unset CONVOLVED_PREFIX

cd "$work"
for python in "$@"; do
  if ! "$python" -c '' 2> /dev/null; then
    echo "$python: not here, not tested"
    continue
  fi
  fresh=$work/venv-$(basename "$(dirname "$(dirname "$(command -v "$python")")")")-$(basename "$python")
  "$python" -m venv "$fresh"
  "$fresh/bin/python" -m pip install --quiet --disable-pip-version-check "$build"/wheels/*.whl
  OPENBLAS_NUM_THREADS=1 "$fresh/bin/python" "$here/tests/wheel.py"
done

# The source distribution builds where the library is, and says what it needs where it is not.
"$tools/python3" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$work/again" \
  "$build"/wheels/*.tar.gz > "$work/again.log" 2>&1 && { echo "the source distribution builds without the library" >&2; exit 1; }
grep -q 'convolved needs libconvolved.so' "$work/again.log" || { cat "$work/again.log" >&2; exit 1; }
CONVOLVED_PREFIX=$build "$tools/python3" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
  --wheel-dir "$work/again" "$build"/wheels/*.tar.gz
ls -l "$build/wheels"
