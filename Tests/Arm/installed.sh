# What package.sh runs in the emulated Debian 13, from its root.
set -euo pipefail
cd /test
mkdir home
export HOME=/test/home
step() { echo "package: $*"; }
fail() { echo "package: FAILED: $*" >&2; exit 1; }
quietly() { "$@" > /test/log 2>&1 || { tail -n 40 /test/log >&2; fail "$*"; }; }
# Who downloads: users other than root cannot be taken on in every namespace.
install_packages() { quietly apt-get -o APT::Sandbox::User=root install -y -q --no-install-recommends "$@"; }

[ "$(dpkg --print-architecture)" = arm64 ] && [ "$(uname -m)" = aarch64 ] || fail "this is no 64-bit Arm"
quietly apt-get -o APT::Sandbox::User=root update -q

step "a first installation"
install_packages ./convolved_*_arm64.deb ./libconvolved0_*_arm64.deb
for program in convolve convolved convolvectl; do
  quietly "$program" --version
  if ldd "/usr/bin/$program" | grep -E 'not found|libswift|Foundation'; then fail "$program needs a library"; fi
done
if ldd /usr/lib/aarch64-linux-gnu/libconvolved.so.0 | grep -E 'not found|libswift|Foundation'; then fail "the library needs another"; fi
for shell in bash zsh fish; do
  case $shell in
    bash) file=/usr/share/bash-completion/completions/convolve ;;
    zsh) file=/usr/share/zsh/vendor-completions/_convolve ;;
    fish) file=/usr/share/fish/vendor_completions.d/convolve.fish ;;
  esac
  [ -s "$file" ] || fail "no completions for $shell"
done

step "convolve: numbers"
{
  printf '\223NUMPY\001\000v\000%-117s\n' "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"
  printf '\0\0\0\0\0\0\360\077\0\0\0\0\0\0\0\100\0\0\0\0\0\0\010\100'
} > input.npy
quietly convolve input.npy taps:0,1,0.5 -o numbers.npy
tail -c 40 numbers.npy | od -An -t f8 -w40 | tr -s ' ' > numbers.txt
[ "$(cat numbers.txt)" = " 0 1 2.5 4 1.5" ] || { cat numbers.txt; fail "not np.convolve([1, 2, 3], [0, 1, 0.5])"; }

step "convolved --check: 2 x 4,096 taps"
cat > room.yaml <<'YAML'
rate: 48000
block: 256
capture: { device: "null", channels: 2 }
playback: { device: "null", channels: 2 }
filters:
  - { name: left, from: 0, to: 0, kernel: "box:4096" }
  - { name: right, from: 1, to: 1, kernel: "box:4096" }
YAML
status=0
convolved --config room.yaml --check > check.txt 2>&1 || status=$?
cat check.txt
[ $status = 0 ] || fail "--check ends with $status"

step "convolvectl setup --list"
quietly convolvectl setup --list
step "the demonstration"
install_packages alsa-utils
quietly timeout 300 convolved --demo --socket /tmp/demo.sock
tail -n 3 /test/log

step "purged"
quietly apt-get purge -y convolved libconvolved0
[ ! -e /usr/bin/convolve ] && [ ! -e /etc/convolved ] || fail "purge leaves something"
echo "package: all is well"
