#!/bin/sh
# Makes libconvolved.so, with its headers and convolved.pc: link.sh BUILD PREFIX [LIBDIR]. BUILD is where `swift build` has left
# libCAPI.a, LIBDIR is below PREFIX. From the environment: SWIFTC, the compiler with options for another processor; LIBRARY, one
# that has been linked before, where there is no compiler.
#
# The package manager would link a dynamic library with the Swift runtime beside it; here it is inside, and only what
# its headers declare can be seen. CAPI's own objects are named since the runtime's flags hide what comes from archives.
set -eu
build=${1:?usage: link.sh BUILD PREFIX [LIBDIR]} prefix=${2:?usage: link.sh BUILD PREFIX [LIBDIR]} libdir=${3:-lib}
here=$(cd "$(dirname "$0")" && pwd)
headers=$here/../CConvolved/include
version=$(sed -n 's/^#define CONVOLVED_VERSION "\(.*\)"$/\1/p' "$headers/convolved.h")
soname=libconvolved.so.${version%%.*}
mkdir -p "$prefix/$libdir/pkgconfig" "$prefix/include"
library=$prefix/$libdir/libconvolved.so.$version

link() {
  objects=$build/CConvolved.build/messages.c.o
  for source in "$here"/*.swift; do objects="$objects $build/CAPI.build/$(basename "$source").o"; done
  echo '{ global: convolved_*; local: *; };' > "$build/convolved.map"
  # shellcheck disable=SC2086
  ${SWIFTC:-swiftc} -emit-library -static-stdlib -use-ld=lld -o "$1" $objects "$build/libCAPI.a" -lm \
    -Xlinker -soname="$soname" -Xlinker --version-script="$build/convolved.map" -Xlinker --gc-sections -Xlinker -z -Xlinker now \
    -Xlinker -z -Xlinker relro -Xlinker --no-undefined -Xlinker --strip-all
}

# Beside, then renamed: a running program keeps the file it has mapped.
if [ -n "${LIBRARY:-}" ]; then cp "$LIBRARY" "$library.$$"; else link "$library.$$"; fi
mv "$library.$$" "$library"
ln -sf "libconvolved.so.$version" "$prefix/$libdir/$soname"
ln -sf "$soname" "$prefix/$libdir/libconvolved.so"
cp "$headers/convolved.h" "$headers/convolved_arrays.h" "$prefix/include/"
cat > "$prefix/$libdir/pkgconfig/convolved.pc" <<END
prefix=\${pcfiledir}/$(echo "$libdir/pkgconfig" | sed 's|[^/]*|..|g')

Name: convolved
Description: Convolves sound block by block, with FIR filters of up to 2^24 taps, and arrays with the bits of NumPy
Version: $version
Libs: -L\${prefix}/$libdir -lconvolved
Cflags: -I\${prefix}/include
END
