#!/bin/bash
# Puts below FOLDER what builds for 64-bit Arm on another Debian machine, from Debian's packages alone: kit.sh FOLDER.
#
#   swift/    Debian sid of this machine's architecture, with Debian's Swift compiler: `in-root.sh FOLDER/swift` runs commands in it
#   debian/   Debian 13 of this machine's architecture, with the Arm libraries that the programs link with, and what makes packages
#   runtime/  the Swift libraries for Arm, of the compiler's version
#   sdk/      the Swift SDK "debian-arm64", which joins them
#
# As root, since a root directory has owners and devices. Again: what is there already stays. Some 4 GB.
set -euo pipefail
folder=$(realpath -m "${1:?usage: kit.sh FOLDER}")
# The releases of Swift that the sources build with.
supported='6.[23].*'
mirror=${MIRROR:-http://deb.debian.org/debian}
keys=/usr/share/keyrings/debian-archive-keyring.gpg

fail() { echo "kit.sh: $*" >&2; exit 1; }
step() { echo "kit: $*"; }
[ "$(id -u)" = 0 ] || { echo "kit.sh: owners and devices of a root directory are to be set: run it as root" >&2; exit 77; }
native=$(dpkg --print-architecture)
[ "$native" != arm64 ] || fail "this machine is 64-bit Arm already: \`make deb\` builds for it"

# How apt may use the network here.
mapfile -t settings < <(apt-config dump --format '%f "%v";%n' | grep -E '^Acquire::(Check-|http|https|Retries)' || true)
# What stands there is older than it says it is good for.
[[ $mirror != *snapshot* ]] || settings+=('Acquire::Check-Valid-Until "false";')
root_options=(--quiet --variant=essential)
for setting in "${settings[@]}"; do root_options+=("--aptopt=$setting"); done
for place in doc man locale info; do root_options+=("--dpkgopt=path-exclude=/usr/share/$place/*"); done

# A root directory is whole, or not there.
make_root() {
  local name=$1 suite=$2
  shift 2
  [ -e "$folder/$name.done" ] && return
  step "$name: $suite"
  rm -rf --one-file-system "${folder:?}/$name"
  mmdebstrap "${root_options[@]}" "$@" "$suite" "$folder/$name" "deb [signed-by=$keys] $mirror $suite main"
  touch "$folder/$name.done"
}

# What Debian has: asked before anything is fetched for it.
private_apt() {
  local state=$folder/apt
  mkdir -p "$state"/{lists/partial,cache/archives/partial,parts}
  touch "$state/status"
  echo "deb [signed-by=$keys] $mirror sid main" > "$state/sources.list"
  {
    printf '%s\n' "${settings[@]}"
    printf '%s;\n' "Dir::State \"$state\"" "Dir::State::status \"$state/status\"" "Dir::Cache \"$state/cache\"" \
      "Dir::Etc::SourceList \"$state/sources.list\"" "Dir::Etc::SourceParts \"$state/parts\"" "Dir::Etc::Parts \"$state/parts\"" \
      "Dir::Etc::PreferencesParts \"$state/parts\"" 'APT::Architecture "arm64"' "APT::Architectures { \"arm64\"; \"$native\"; }" \
      'Acquire::Languages "none"' 'APT::Sandbox::User "root"'
  } > "$state/apt.conf"
  export APT_CONFIG=$state/apt.conf
  apt-get update -qq
}

offered() { apt-cache madison "$1" | awk -F ' *[|] *' 'NR == 1 { print $2 }'; }

require_supported() {
  local version
  version=$(offered swiftlang)
  version=${version:-none for arm64}
  # shellcheck disable=SC2053
  [[ $version == $supported ]] || fail "Debian sid offers swiftlang: $version; the sources build with $supported.
  Either set MIRROR to a day of https://snapshot.debian.org/archive/debian when it had one of them (such as 20260701T000000Z),
  or try the new one: let \`supported\` in packaging/arm/kit.sh match it, and run \`make test-arm\`."
}

# The compiler reads libraries of its own version only.
add_runtime() {
  local version state=$folder/apt
  version=$(chroot "$folder/swift" dpkg-query -W -f '${Version}' swiftlang)
  [ "$(cat "$folder/runtime.done" 2>/dev/null)" = "$version" ] && return
  step "runtime: $version"
  [ -e "$state/apt.conf" ] || private_apt
  rm -rf "$folder/runtime" "$state/packages"
  mkdir -p "$folder/runtime" "$state/packages"
  (cd "$state/packages" && apt-get download -qq "swiftlang:arm64=$version" "libswiftlang:arm64=$version") ||
    fail "Debian sid no longer has the libraries of its swiftlang $version, which is in $folder/swift.
  Remove that folder and $folder/swift.done, then run this again: it takes today's compiler, with its libraries."
  for package in "$state"/packages/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$folder/runtime" --strip-components=5 \
      --exclude='*/lib/lib*.so*' --exclude='*/embedded' --exclude='*/swift/host' ./usr/libexec/swift/lib
  done
  [ -e "$folder/runtime/swift_static/linux/libFoundation.a" ] ||
    fail "swiftlang $version is laid out anew, without libFoundation.a where this script looks for it"
  # Debian has this module without its library; what tests use of it is inlined.
  local library=$folder/runtime/swift/linux/lib_Testing_Foundation
  [ -e "$library.so" ] || printf '!<arch>\n' > "$library.a"
  echo "$version" > "$folder/runtime.done"
}

write_sdk() {
  local bundle=$folder/sdk/debian-arm64.artifactbundle
  mkdir -p "$bundle/debian-arm64"
  # Where the compiler looks for what a program starts with, whatever folder is named for the rest.
  for name in swift swift_static; do ln -sfn "../../../runtime/$name" "$folder/debian/usr/lib/$name"; done
  cat > "$bundle/info.json" <<-END
	{ "schemaVersion": "1.0", "artifacts": { "debian-arm64": { "type": "swiftSDK", "version": "1",
	  "variants": [ { "path": "debian-arm64", "supportedTriples": ["x86_64-unknown-linux-gnu", "x86_64-pc-linux-gnu"] } ] } } }
	END
  cat > "$bundle/debian-arm64/swift-sdk.json" <<-END
	{ "schemaVersion": "4.0", "targetTriples": { "aarch64-unknown-linux-gnu": { "sdkRootPath": "../../../debian",
	  "swiftResourcesPath": "../../../runtime/swift", "swiftStaticResourcesPath": "../../../runtime/swift_static",
	  "toolsetPaths": ["toolset.json"] } } }
	END
  # The C of a shared library: the package manager asks for it by itself on the machine that it runs on alone.
  cat > "$bundle/debian-arm64/toolset.json" <<-'END'
	{ "schemaVersion": "1.0", "swiftCompiler": { "extraCLIOptions": ["-use-ld=lld"] },
	  "cCompiler": { "extraCLIOptions": ["-fPIC"] }, "cxxCompiler": { "extraCLIOptions": ["-fPIC"] } }
	END
}

mkdir -p "$folder"
# One that was stopped has left its own: who uses it must have made it, since the environment names it too.
rm -rf "$folder/apt"
if [ ! -e "$folder/swift.done" ]; then
  private_apt
  require_supported
fi
make_root swift sid --include=swiftlang,libc6-dev,libstdc++-15-dev,git,make,pkgconf,ca-certificates
make_root debian trixie --architectures="$native,arm64" \
  --include=libc6-dev:arm64,libstdc++-14-dev:arm64,libgcc-14-dev:arm64,libasound2-dev:arm64,libsndfile1-dev:arm64 \
  --include=libsamplerate0-dev:arm64,libyaml-dev:arm64,libarchive-dev:arm64 \
  --include=debhelper,binutils-aarch64-linux-gnu,qemu-user
add_runtime
write_sdk
rm -rf "$folder/apt"
step "ready: Swift $(cat "$folder/runtime.done") for arm64 in $folder"
