# Completes in bash as a shell would that reads a line: commands, words and files.
cd "$(mktemp -d)"
touch room.wav

# expect LINE WORD: what completes the line has the word.
expect() {
  local line=$1 name
  COMP_LINE=$line COMP_POINT=${#line}
  read -ra COMP_WORDS <<< "$line"
  [[ $line == *' ' ]] && COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
  name=${COMP_WORDS[0]}
  [ "$(type -t "_$name")" = function ] || . "${COMPLETIONS:-/usr/share/bash-completion/completions}/$name"
  local function
  function=$(complete -p "$name" | sed 's/.*-F \([^ ]*\).*/\1/')
  "$function" "$name" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  [[ " ${COMPREPLY[*]} " == *" $2 "* ]] || { echo "'$line' is completed by '${COMPREPLY[*]}', and not by '$2'"; exit 1; }
}

expect 'convolve ro' room.wav
expect 'convolve room.wav --mo' --mode
expect 'convolve room.wav room.wav --mode s' same
expect 'convolve fi' find
expect 'convolve find room.wav --th' --threshold
expect 'convolve find ro' room.wav
expect 'convolve 2d a.npy b.npy --boundary w' wrap
expect 'convolved --config ro' room.wav
expect 'convolvectl vo' volume
expect 'convolvectl bypass o' off
expect 'convolvectl load left ro' room.wav
expect 'convolvectl status --j' --json
# A program of a package of its own, which the tests before the packages do without.
if [ -z "${COMPLETIONS:-}" ]; then
  expect 'convolved-web --be' --behind-proxy
  expect 'convolved-web --token-file ro' room.wav
fi
