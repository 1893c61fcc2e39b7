#!/bin/sh
# Runs container.py in a bare Debian with systemd as PID 1: container.sh OUT PACKAGE WEB_PACKAGE. OUT has what debian.sh made. Needs root.
set -eu
usage='usage: container.sh OUT PACKAGE WEB_PACKAGE'
out=${1:?$usage}
package=${2:?$usage}
web=${3:?$usage}
here=$(cd "$(dirname "$0")" && pwd)
tests=$(mktemp -d "$out/container.XXXXXX")
trap 'rm -rf "$tests"' EXIT
# The service is another user than the one who runs the tests.
chmod 755 "$tests"

cp "$here"/*.py "$tests/"
cp "$package" "$tests/convolved.deb"
cp "$web" "$tests/convolved-web.deb"
cp -r "$here/../../.build/cable" "$tests/"
# What tests.service of debian.sh runs. The exit status of the tests becomes the container's.
cat > "$tests/run" <<'RUN'
#!/bin/sh
python3 -B /tests/container.py > /tests/log 2>&1
systemctl exit $?
RUN
chmod +x "$tests/run"
: > "$tests/log"
tail -f "$tests/log" &
reader=$!
# What the container writes is gone when it ends. There may be no systemd on this machine to register with.
SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 timeout -k 5 "${SECONDS_LIMIT:-420}" systemd-nspawn --quiet --register=no --keep-unit \
  --machine="convolved-$$" --directory="$out/root" --volatile=overlay --bind="$tests:/tests" --link-journal=no --capability=all \
  --boot --console=pipe systemd.show_status=0 < /dev/null > "$tests/console" 2>&1 && status=0 || status=$?
sleep 0.2
kill "$reader"
[ "$status" -lt 124 ] || { echo "container.sh: the container did not end by itself: $status" >&2; cat "$tests/console" >&2; }
exit "$status"
