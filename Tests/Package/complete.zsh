# zsh finds and reads the completions. To complete it would need a terminal.
autoload -U compinit
compinit -u -d /tmp/zcompdump
for program in convolve convolved convolvectl; do
  [[ $_comps[$program] = _$program ]] || { echo "no completion for $program"; exit 1 }
  zsh -n /usr/share/zsh/vendor-completions/_$program || exit 1
done
