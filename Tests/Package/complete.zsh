# Completes in zsh at a terminal of its own: commands, words and files.
zmodload zsh/zpty
cd "$(mktemp -d)"
touch room.wav

autoload -U compinit
compinit -u -d /tmp/zcompdump
for program in convolve convolved convolvectl convolved-web; do
  [[ $_comps[$program] = _$program ]] || { echo "no completion for $program"; exit 1 }
done

# expect LINE WORD: completed, the line ends with the word.
expect() {
  local shown= part
  zpty shell zsh -f -i
  zpty -w shell "PS1=; autoload -U compinit; compinit -u -d /tmp/zcompdump; cd $PWD; print re''ady"
  zpty -r -m shell part '*ready*' || { echo "no shell"; exit 1 }
  # Then the line is accepted, as a comment of what it became.
  zpty -w shell 'complete-and-show() { zle expand-or-complete; print -r "<$BUFFER>" > shown }; zle -N complete-and-show'
  zpty -w shell "bindkey '^T' complete-and-show; print s''et"
  zpty -r -m shell part '*set*' || { echo "no shell"; exit 1 }
  rm -f shown
  zpty -w -n shell "$1"$'\x14'
  repeat 100 { [[ -s shown ]] && break; sleep 0.1 }
  shown=$(< shown)
  zpty -d shell
  [[ $shown = *[\ ]$2(|[= ]#)'>' ]] || { echo "'$1' is completed to '$shown', and not by '$2'"; exit 1 }
}
setopt extendedglob

expect 'convolve ro' room.wav
expect 'convolve fi' find
expect 'convolve room.wav --mo' --mode
expect 'convolve room.wav room.wav --mode s' same
expect 'convolve find room.wav --th' --threshold
expect 'convolve find ro' room.wav
expect 'convolved --config ro' room.wav
expect 'convolvectl vo' volume
expect 'convolvectl bypass of' off
expect 'convolvectl load left ro' room.wav
expect 'convolvectl status --j' --json
expect 'convolved-web --be' --behind-proxy
