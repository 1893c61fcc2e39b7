#!/bin/sh
# Puts the programs and all that belongs to them where they are used, or takes it away: install.sh BUILD, install.sh --web BUILD,
# install.sh --remove.
#
# BUILD is where `swift build` has left the programs; with --web it is convolved-web alone. From the environment: DESTDIR, PREFIX,
# and the folders below; EMULATOR, which runs the programs where they are another processor's.
set -eu
# Whoever installs it, everybody may use it.
umask 022
cd "$(dirname "$0")/.."
usage='usage: install.sh BUILD | --web BUILD | --remove'
build=${1:?$usage}
prefix=${PREFIX:-/usr/local}
bin=$prefix/bin
share=$prefix/share
# The programs look here whatever the prefix.
etc=${SYSCONFDIR:-/etc}/convolved
units=${UNITDIR:-$prefix/lib/systemd/system}
user_units=${USERUNITDIR:-$prefix/lib/systemd/user}
zsh=${ZSHDIR:-$share/zsh/site-functions}

doc=$share/doc/convolved
documents=$(ls README.md docs/*.md docs/pictures/*)
programs='convolve convolved convolvectl'
all_programs="$programs convolved-web"
is_web='convolved-web\.'
pages=$(ls docs/man/* | grep -v "$is_web")
system_units=$(ls systemd/*.service systemd/*.socket 2>/dev/null | grep -v "$is_web" || true)
units_of_users=$(ls systemd/user/*.service systemd/user/*.socket 2>/dev/null || true)

put() { install -D -m "$1" "$2" "$DESTDIR$3"; }

# Units name the programs by their whole path, pages the documents. In a unit, some characters have a meaning of their own.
put_text() {
  put 644 "$1" "$2"
  case $1 in
    systemd/*) place=$(printf %s "$bin" | sed "s/[\\\\]/\\\\x5c/g; s/ /\\\\x20/g; s/\"/\\\\x22/g; s/'/\\\\x27/g; s/%/%%/g") ;;
    *) place=$bin ;;
  esac
  # ExecPaths= knows no escapes.
  [ "$place" = "$bin" ] || sed -i '/^NoExecPaths=/d; /^ExecPaths=/d' "$DESTDIR$2"
  sed -i "s|/usr/bin/convolve|$(replacement "$place")/convolve|g; s|/usr/share/doc/convolved|$(replacement "$doc")|g" "$DESTDIR$2"
}

# As sed takes it after the second bar.
replacement() { printf %s "$1" | sed 's/[\\&|]/\\&/g'; }

# The programs, man pages and units of a package.
install_programs() {
  for program in $programs; do
    put 755 "$build/$program" "$bin/$program"
    put_completion "$program" bash "$share/bash-completion/completions/$program"
    put_completion "$program" zsh "$zsh/_$program"
    put_completion "$program" fish "$share/fish/vendor_completions.d/$program.fish"
  done
  for page in $pages; do put_text "$page" "$share/man/man${page##*.}/$(basename "$page")"; done
  for unit in $system_units; do put_text "$unit" "$units/$(basename "$unit")"; done
}

install_all() {
  install_programs
  for unit in $units_of_users; do put_text "$unit" "$user_units/$(basename "$unit")"; done
  for document in $documents; do put 644 "$document" "$doc/$document"; done
  # What an administrator has written stays.
  [ -e "$DESTDIR$etc/convolved.yaml" ] || put 644 packaging/convolved.yaml "$etc/convolved.yaml"
}

# A program writes its own. It is read, not run: no interpreter stands in it.
put_completion() {
  mkdir -p "$(dirname "$DESTDIR$3")"
  ${EMULATOR:-} "$build/$1" --generate-completion-script "$2" | sed '1{/^#!/d}' > "$DESTDIR$3"
  chmod 644 "$DESTDIR$3"
}

install_web() {
  build=${1:?$usage}
  programs=convolved-web
  pages=$(ls docs/man/* | grep "$is_web")
  system_units=$(ls systemd/* | grep "$is_web")
  install_programs
}

remove_all() {
  for program in $all_programs; do
    rm -f "$DESTDIR$bin/$program" "$DESTDIR$share/bash-completion/completions/$program" "$DESTDIR$zsh/_$program" \
      "$DESTDIR$share/fish/vendor_completions.d/$program.fish"
  done
  for page in docs/man/*; do rm -f "$DESTDIR$share/man/man${page##*.}/$(basename "$page")"; done
  for unit in systemd/*.service systemd/*.socket; do rm -f "$DESTDIR$units/$(basename "$unit")"; done
  for unit in $units_of_users; do rm -f "$DESTDIR$user_units/$(basename "$unit")"; done
  for document in $documents; do rm -f "$DESTDIR$doc/$document"; done
  for folder in "$DESTDIR$doc/docs/pictures" "$DESTDIR$doc/docs" "$DESTDIR$doc"; do if [ -d "$folder" ]; then rmdir --ignore-fail-on-non-empty "$folder"; fi; done
  rm -f "$DESTDIR$prefix"/lib/libconvolved.so* "$DESTDIR$prefix/lib/pkgconfig/convolved.pc" "$DESTDIR$prefix"/include/convolved.h "$DESTDIR$prefix"/include/convolved_arrays.h
  if cmp -s packaging/convolved.yaml "$DESTDIR$etc/convolved.yaml"; then rm "$DESTDIR$etc/convolved.yaml"; fi
  if [ -d "$DESTDIR$etc" ]; then rmdir --ignore-fail-on-non-empty "$DESTDIR$etc"; fi
  # Folders of a system are the system's; below DESTDIR they are ours.
  if [ -n "$DESTDIR" ] && [ -d "$DESTDIR" ]; then find "$DESTDIR" -mindepth 1 -depth -type d -empty -delete; fi
}

DESTDIR=${DESTDIR:-}
case $build in
  --remove) remove_all ;;
  --web) install_web "${2:-}" ;;
  *) install_all ;;
esac
