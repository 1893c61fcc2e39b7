#!/bin/bash
# check.sh: proves the hand-over, the history and the tails in their models, and that each model notices every fence that is missing.
#
# Spin tries all interleavings: handover.pml, history.pml and tail.pml say what each line stands for.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# Prints how many states there are, or nothing where a claim does not hold.
states() {
  cp "$1.pml" "$work"
  (cd "$work" && rm -f ./*.trail && spin "-DWITHOUT=$2" -a "$1.pml" > spin.log && gcc -O2 -w -DSAFETY -o pan pan.c && ./pan -m2000000 > pan.log)
  grep -q 'errors: 0' "$work/pan.log" && ! grep -q 'max search depth too small' "$work/pan.log" \
    && awk '/states, stored/ { print $1 }' "$work/pan.log"
}

for model in handover history tail; do
  count=$(states "$model" 0) || { echo "$model: a claim does not hold:"; cat "$work/pan.log"; exit 1; }
  fences=$(grep -cE '^#define [A-Z_]+ [0-9]+ +/\*' "$model.pml")
  for ((fence = 1; fence <= fences; fence++)); do
    if states "$model" "$fence" > /dev/null; then echo "$model: fence $fence may be left out, unnoticed"; exit 1; fi
  done
  echo "$model: $count states, and each of $fences fences is needed"
done
