#!/bin/sh
# Makes the Debian packages of what has been built: deb.sh BUILD FOLDER [ARCHITECTURE]. BUILD is where `swift build` has left the
# programs. From the environment: what packaging/install.sh and Sources/CAPI/link.sh read; WEB_BUILD, where convolved-web is, without
# which there is no package of it; BILL, another bill of materials; DATE.
set -eu
build=$(realpath "${1:?usage: deb.sh BUILD FOLDER [ARCHITECTURE]}") folder=$(realpath -m "${2:?usage: deb.sh BUILD FOLDER [ARCHITECTURE]}")
architecture=${3:-$(dpkg --print-architecture)}
[ -z "${WEB_BUILD:-}" ] || WEB_BUILD=$(realpath "$WEB_BUILD")
cd "$(dirname "$0")/.."
version=$(sed -n 's/^#define CONVOLVED_VERSION "\(.*\)"$/\1/p' Sources/CConvolved/include/convolved.h)

tree=$folder/convolved-$version
rm -rf "$folder"
mkdir -p "$tree"
cp -r packaging/debian "$tree/debian"
cat > "$tree/debian/changelog" <<ENTRY
convolved ($version-1) unstable; urgency=medium

  * What is new is in changelog.gz.

 -- $(sed -n 's/^Maintainer: //p' packaging/debian/control)  ${DATE:-$(git log -1 --format=%cD 2>/dev/null || date -R)}
ENTRY

export SOURCE="$PWD" BUILD="$build" WEB_BUILD="${WEB_BUILD:-}" BILL="${BILL:-$PWD/packaging/bill.cdx.json}"
cd "$tree"
# What `make deb` was given on its command line is not for debian/rules: BUILD is a folder there.
unset MAKEFLAGS MFLAGS
# The toolchain is no package of Debian's.
dpkg-buildpackage -b -nc -d -us -uc -a "$architecture"
ls -l "$folder"/*.deb
