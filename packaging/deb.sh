#!/bin/sh
# Makes the Debian packages of what has been built: deb.sh BUILD WEB_BUILD FOLDER. BUILD is where `swift build` has left the programs,
# WEB_BUILD where it has left convolved-web.
set -eu
usage='usage: deb.sh BUILD WEB_BUILD FOLDER'
build=$(realpath "${1:?$usage}") web=$(realpath "${2:?$usage}") folder=$(realpath -m "${3:?$usage}")
cd "$(dirname "$0")/.."
version=$(sed -n 's/^#define CONVOLVED_VERSION "\(.*\)"$/\1/p' Sources/CConvolved/include/convolved.h)

tree=$folder/convolved-$version
rm -rf "$folder"
mkdir -p "$tree"
cp -r packaging/debian "$tree/debian"
cat > "$tree/debian/changelog" <<ENTRY
convolved ($version-1) unstable; urgency=medium

  * What is new is in changelog.gz.

 -- $(sed -n 's/^Maintainer: //p' packaging/debian/control)  $(git log -1 --format=%cD 2>/dev/null || date -R)
ENTRY

export SOURCE="$PWD" BUILD="$build" WEB_BUILD="$web"
cd "$tree"
# The toolchain is no package of Debian's.
dpkg-buildpackage -b -nc -d -us -uc
ls -l "$folder"/*.deb
