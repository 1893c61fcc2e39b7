# Completes as fish does at its prompt, with the completions of packages: commands, words and files.
cd (mktemp -d)
touch room.wav

function expect -a line word
    set -l found (complete -C "$line" | string replace -r '\t.*' '')
    contains -- $word $found; or begin
        echo "'$line' is completed by '$found', and not by '$word'"
        exit 1
    end
end

expect 'convolve ro' room.wav
expect 'convolve room.wav --mo' --mode
expect 'convolve room.wav room.wav --mode s' same
expect 'convolve fi' find
expect 'convolve find room.wav --th' --threshold
expect 'convolve find ro' room.wav
expect 'convolve 2d a.npy b.npy --boundary w' wrap
expect 'convolvectl vo' volume
expect 'convolvectl bypass o' off
expect 'convolvectl load left ro' room.wav
expect 'convolved-web --be' --behind-proxy
