#!/bin/sh
# Tests the virtual cable, its tools and the call counter as build.sh made them: selftest.sh OUTDIR.
# Prints what failed and "N passed, N failed".
set -u
out=$(cd "${1:?usage: selftest.sh OUTDIR}" && pwd) || exit 2
sources=$(cd "$(dirname "$0")/.." && pwd)
# Frames belong on a tmpfs: a disk's write-back disturbs real-time threads.
scratch=$(mktemp -d -p /dev/shm cable-selftest.XXXXXX) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 2' INT TERM
cd "$scratch" || exit 2
passed=0 failed=0

cat > asound.conf <<CONF
</usr/share/alsa/alsa.conf>
pcm_type.cable { lib "$out/libasound_module_pcm_cable.so" }
ctl_type.cable { lib "$out/libasound_module_ctl_cable.so" }
ctl.told { type cable path "$scratch/told.cable" }
pcm.told { type cable path "$scratch/told.cable" }
pcm.one { type cable path "$scratch/one.cable" }
pcm.two { type cable path "$scratch/two.cable" }
pcm.fast { type cable path "$scratch/fast.cable" speed 20 }
pcm.slow { type cable path "$scratch/slow.cable" speed 0.25 }
pcm.waiting { type cable path "$scratch/waiting.cable" clock "$scratch/clock" }
pcm.next { type cable path "$scratch/next.cable" clock "$scratch/clock" }
pcm.hasty { type cable path "$scratch/hasty.cable" clock "$scratch/clock" speed 20 }
pcm.otherwise { type cable path "$scratch/waiting.cable" clock "$scratch/other" }
pcm.narrow { type cable path "$scratch/narrow.cable" formats "S24_3LE" channels_min 2 channels_max 2 period_min 64 period_max 256 rate_min 48000 rate_max 48000 }
pcm.wrong { type cable path "$scratch/wrong.cable" pathh "x" }
pcm.alien { type cable path "$scratch/alien.cable" formats "S16_LE,MU_LAW" }
pcm.occupied { type cable path "$scratch/asound.conf" }
CONF
export ALSA_CONFIG_PATH="$scratch/asound.conf"

# check SENTENCE COMMAND...: the command succeeds
check() {
  sentence=$1
  shift
  if "$@" > log 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $sentence"
    sed 's/^/    /' log
  fi
}

# exits STATUS PATTERN COMMAND...: with that status, and a message that has the pattern
exits() {
  expected=$1 pattern=$2
  shift 2
  "$@" > message 2>&1
  status=$?
  cat message
  [ "$status" -eq "$expected" ] && grep -q -- "$pattern" message
}

value() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$2"; }
noise() { head -c "$1" /dev/urandom; }
control() { "$out/cablectl" "$scratch/$1.cable" "$2" ${3:+"$3"}; }

# exact IN OUT REPORT FRAME_BYTES DELAY: what was recorded is what was played, DELAY slots later, and silence before it
exact() {
  offset=$(($(value playStartSlot "$3") + $(value leadFrames "$3") + $5 - $(value recordStartSlot "$3")))
  cmp -i "$(($offset * $4)):0" -n "$(stat -c %s "$1")" "$2" "$1" && cmp -n "$(($offset * $4))" "$2" /dev/zero
}

# loop PCM FORMAT SAMPLE_BYTES RATE CHANNELS FRAMES PERIOD
loop() {
  noise $(($3 * $5 * $6)) > in.raw
  "$out/cableio" --play "$1" --in in.raw --record "$1" --out out.raw --format "$2" --rate "$4" --channels "$5" \
    --lead 100 --tail 500 --period "$7" --periods $((8192 / $7 > 2 ? 8192 / $7 : 2)) > report
  result=$?
  cat report
  [ "$result" -eq 0 ] || return "$result"
  exact in.raw out.raw report $(($3 * $5)) 0
}

# The device, by its calls
"$out/selftest" "$scratch/one.cable" one > calls 2>&1
grep -v '^[0-9]* [0-9]*$' calls
counts=$(grep '^[0-9]* [0-9]*$' calls) || counts="0 1"
passed=$((passed + ${counts% *})) failed=$((failed + ${counts#* }))

# Transport
for format in S16_LE:2 S24_LE:4 S24_3LE:3 S32_LE:4 FLOAT_LE:4 FLOAT64_LE:8; do
  for period in 64 441 1024; do
    check "${format%:*} through the bare cable, period $period: every bit, 0 slots late" \
      loop one "${format%:*}" "${format#*:}" 48000 2 12000 "$period"
  done
done
check "one channel at 8 kHz" loop one S16_LE 2 8000 1 4000 64
check "64 channels at 44.1 kHz" loop one FLOAT64_LE 8 44100 64 12000 1024
check "384 kHz" loop one S32_LE 4 384000 8 100000 4096
check "periods of 16 frames" loop one S24_3LE 3 48000 3 9600 16
check "periods of 65,536 frames" loop one S32_LE 4 384000 2 300000 65536
check "20 times faster" loop fast S16_LE 2 48000 2 500000 1024
check "a quarter as fast" loop slow S32_LE 4 48000 2 4000 64
check "a ring of slots goes round" loop fast S16_LE 2 48000 2 1200000 1024
check "periods within the limits" loop narrow S24_3LE 3 48000 2 9600 128
check "what an ioplug cannot hold is refused" exits 2 'Invalid argument' loop one S16_LE 2 96000 2 100 100000

COUNTED_THREAD=cableio COUNTER_FILE=$scratch/counts LD_PRELOAD=$out/libcounter.so loop one S32_LE 4 48000 2 24000 64 > log
no_allocations() {
  line=$(grep '"threads":2' counts) && echo "$line" | grep -q '"malloc":0,"calloc":0,"realloc":0,"free":0,"aligned_alloc":0'
}
check "its callbacks never allocate" no_allocations
rm -f counts
COUNTED_THREAD=cableio COUNTER_FILE=$scratch/counts LD_PRELOAD=$out/libcounter.so loop hasty S32_LE 4 48000 2 240000 64 > log
check "nor by a clock that waits" no_allocations

# Programs of others, with their own parameters; from one cable to the next
speech=/usr/share/sounds/alsa/Front_Center.wav
# pass_on [-M]: -M takes ALSA's mmap calls
pass_on() {
  noise 480000 > in.raw
  # shellcheck disable=SC2086
  arecord -q $1 -D one -t raw -f S16_LE -r 48000 -c 2 2> arecord.log | aplay -q $1 -D two -t raw -f S16_LE -r 48000 -c 2 - 2> aplay.log &
  passing=$!
  sleep 0.5
  "$out/cableio" --play one --in in.raw --record two --out out.raw --format S16_LE --rate 48000 --channels 2 --tail 72000 > report
  result=$?
  control one unplug
  wait "$passing"
  control one plug
  [ "$result" -eq 0 ] || return 1
  first=$(cmp out.raw /dev/zero | sed 's/.*byte \([0-9]*\).*/\1/')
  cmp -i "$((first - 1)):0" -n 480000 out.raw in.raw
}
same_speech() {
  arecord -q -D two -t raw -f S16_LE -r 48000 -c 1 -d 3 heard.raw & recording=$!
  sleep 0.3
  aplay -q -D two "$speech" || return 1
  wait "$recording"
  tail -c +45 "$speech" > spoken.raw
  first=$(cmp heard.raw /dev/zero | sed 's/.*byte \([0-9]*\).*/\1/')
  lead=$(cmp spoken.raw /dev/zero | sed 's/.*byte \([0-9]*\).*/\1/')
  cmp -i "$((first - 1)):$((lead - 1))" -n "$(($(stat -c %s spoken.raw) - lead + 1))" heard.raw spoken.raw
}
if command -v aplay arecord > which.log; then
  check "arecord to aplay, between two cables" pass_on ""
  check "the same by mmap" pass_on -M
  [ -e "$speech" ] && check "aplay and arecord carry speech" same_speech
fi

# Faults by cablectl
play_noise() { aplay -q -D one -t raw -f S16_LE -r 48000 -c 2 /dev/urandom > "$1" 2>&1 & player=$!; sleep 0.4; }
is() { control one status > state; cat state; sed 's/"capture".*//' state | grep -q -- "$1"; }
play_noise aplay.log
check "status: playing" is '"open":true,"configured":true,"running":true'
check "a second player finds it busy" exits 1 'busy' aplay -q -D one -t raw /dev/zero
check "a cable with an open end is not reset" exits 1 'an end is open' control one reset
check "an xrun is called" control one xrun play
sleep 0.3
check "aplay goes on after it" is '"running":true.*"xruns":[1-9]'
check "a suspend is called" control one suspend play
sleep 0.3
check "aplay goes on after that" is '"running":true'
check "a stall is called" control one stall play
check "and shown" is '"stalled":true'
check "and ended" control one go play
kill -9 "$player"
wait "$player" 2> log
check "a killed player leaves the end free" is '"open":false'
check "what does not run takes no xrun" exits 1 'play is not running' control one xrun play
play_noise aplay.log
check "the next player runs" is '"running":true'
check "unplugging" control one unplug
wait "$player"
check "ends aplay: no such device" grep -qi 'no such device' aplay.log
check "and is no device to open" exits 1 'No such device' aplay -q -D one -t raw /dev/zero
check "reset" control one reset
check "clears counters and plugs in" is '"plugged":true.*"starts":0,.*"xruns":0'
disturbed() {
  noise 400000 > in.raw
  "$out/cableio" --play one --in in.raw --record one --out out.raw --format S16_LE --rate 48000 --channels 2 > report &
  running=$!
  sleep 0.7
  control one xrun capture
  wait "$running"
  [ $? -eq 1 ] && grep -q '"recordXruns":1' report
}
check "cableio exits 1 when an xrun disturbs it" disturbed

# What plays, as controls
says() { amixer -D told cget "iface=PCM,name='$1'" | grep -q ": values=$2\$"; }
await() { for _ in $(seq 100); do says "$1" "$2" && return; sleep 0.02; done; return 1; }
play_at() { "$out/cableio" --play told --in in.raw --only-play --format S16_LE --rate "$1" --channels 2 --lead "$1" > play.log 2>&1; }
controls_follow() {
  noise 4000 > in.raw
  play_at 44100 &
  await "PCM Slave Active" on && says "PCM Slave Rate" 44100 && says "PCM Slave Channels" 2 && wait $! && await "PCM Slave Active" off
}
notify_frees() {
  "$out/cableio" --record told --out held.raw --only-record --format S16_LE --rate 48000 --channels 2 --tail 96000 > held.log 2>&1 &
  sleep 0.2
  play_at 44100 && return 1
  amixer -q -D told cset "iface=PCM,name='PCM Notify'" on && play_at 44100
  result=$?
  amixer -q -D told cset "iface=PCM,name='PCM Notify'" off
  wait $!
  [ "$result" -eq 0 ]
}
check "the controls say whether something plays, and at which rate" controls_follow
check "with PCM Notify the playing end chooses another rate than the capturing one" notify_frees

# One grid, and a clock that errs
slots_per_second() {
  control one status > before
  sleep 1
  control one status > after
  slots=$(($(value slot after) - $(value slot before))) ns=$(($(value ns after) - $(value ns before)))
  echo "$slots slots in $ns ns"
  [ $((slots * 1000000000 / ns - $1)) -ge -1 ] && [ $((slots * 1000000000 / ns - $1)) -le 1 ]
}
control one reset; control two reset
check "the clock keeps its rate" slots_per_second 48000
check "an error of 10 %" control one ppm 100000
check "shows" slots_per_second 52800
check "and is taken back" control one ppm 0
on_grid() {
  control "$1" status > state
  cat state
  ns=$(value ns state)
  [ "$(value slot state)" -eq $((ns / 1000000000 * 48000 + ns % 1000000000 * 48000 / 1000000000)) ]
}
same_grid() { loop two S16_LE 2 48000 2 100 64 && control one reset && on_grid one && on_grid two; }
check "cables share one grid" same_grid

# A clock that waits
# beside COMMAND...: a second of noise through the waiting cable, with short buffers, and the command while it runs
beside() {
  noise 384000 > in.raw
  "$out/cableio" --play waiting --in in.raw --record waiting --out out.raw --format S32_LE --rate 48000 --channels 2 \
    --period 64 --periods 4 > report & running=$!
  sleep 0.3
  "$@"
  wait "$running"
}
end_it() { kill -9 "$running"; }
freeze() { kill -STOP "$running"; sleep 0.3; kill -CONT "$running"; }
frozen() { beside freeze && exact in.raw out.raw report 8 0; }
crowded() {
  hogs=
  for _ in 1 2 3 4; do
    timeout 4 sh -c 'while :; do :; done' &
    hogs="$hogs $!"
  done
  beside : && exact in.raw out.raw report 8 0
  result=$?
  # shellcheck disable=SC2086
  wait $hogs
  return "$result"
}
slot_of() { control "$1" status > state; value slot state; }
killed() {
  beside end_it
  "$out/cablectl" "$scratch/waiting.cable" sleep 200 &
  sleeping=$!
  sleep 0.6
  kill "$sleeping" 2> log && return 1
  control waiting status > state && grep -q '"play":{"pid":0,"open":false' state
}
disturbed_waiting() {
  beside control waiting xrun play
  [ $? -eq 1 ] && grep -q '"playXruns":1' report
}
both_wait() {
  noise 384000 > in.raw
  "$out/cableio" --play waiting --in in.raw --only-play --format S32_LE --rate 48000 --channels 2 --lead 0 --period 64 --periods 4 &
  running=$!
  "$out/cableio" --record next --out out.raw --only-record --format S32_LE --rate 48000 --channels 2 --tail 9600 > held.log &
  recording=$!
  sleep 0.1
  kill -STOP "$recording"
  sleep 0.3
  before=$(slot_of waiting)
  sleep 0.1
  after=$(slot_of waiting)
  kill -CONT "$recording"
  wait "$recording" && wait "$running" && [ "$before" -eq "$after" ]
}
stalled_runs_on() {
  "$out/cableio" --record next --out out.raw --only-record --format S32_LE --rate 48000 --channels 2 --tail 960000 > held.log &
  recording=$!
  sleep 0.2
  control next stall capture
  loop waiting S32_LE 4 48000 2 48000 64
  result=$?
  kill "$recording"
  control next go capture
  wait "$recording"
  return "$result"
}
check "it keeps time: its rate" loop waiting S32_LE 4 48000 2 12000 64
check "it goes as fast as the programs can: 20 times" loop hasty S32_LE 4 48000 2 1000000 64
check "a program that stands for 300 ms meets no xrun, and its slots go on" frozen
check "nor does one beside four others" crowded
check "a second cable waits for the programs of the first" both_wait
check "a killed program does not hold it" killed
check "an xrun that is called is one" disturbed_waiting
check "a stalled end does not hold it" stalled_runs_on
check "a cable has one clock" exits 1 'clock .*other: Invalid argument' aplay -q -D otherwise -t raw /dev/zero

# Bad input
disk=$(mktemp -d -p /var/tmp)
echo "pcm.disk { type cable path \"$disk/disk.cable\" }" >> asound.conf
warns() { loop disk S16_LE 2 48000 2 100 1024 > warning 2>&1; grep -q "is on a disk" warning; }
case $(stat -f -c %T "$disk") in
  tmpfs | ramfs) ;;
  *) check "a file on a disk is warned of" warns ;;
esac
rm -r "$disk"
check "an unknown key is named" exits 1 'pathh: unknown key' aplay -q -D wrong -t raw /dev/zero
check "an unknown format is named" exits 1 'MU_LAW' aplay -q -D alien -t raw /dev/zero
check "another file is left alone" exits 1 'not a cable' aplay -q -D occupied -t raw /dev/zero
check "no cable, no status" exits 1 'No such file' "$out/cablectl" "$scratch/none" status
check "cablectl says how it is called" exits 2 'usage' control one xrun
check "a ppm of words is refused" exits 1 'number' control one ppm much
check "cableio says what it needs" exits 2 '--format, --rate' "$out/cableio" --play one --in in.raw
check "half a frame is refused" exits 2 'whole number of frames' \
  "$out/cableio" --play one --in "$ALSA_CONFIG_PATH" --only-play --format S32_LE --rate 48000 --channels 61
check "a missing PCM is named" exits 2 'nowhere' \
  "$out/cableio" --play nowhere --in in.raw --only-play --format S16_LE --rate 48000 --channels 2

# The counter
counted() {
  rm -f counts
  COUNTED_THREAD=audio COUNTER_FILE=$scratch/counts LD_PRELOAD=$out/libcounter.so "$@" && cat counts
}
counts_c() {
  counted "$out/countertest" audio || return
  grep -q '"threads":1,.*"malloc":3,"calloc":1,"realloc":1,"free":6,"aligned_alloc":2,"pthread_mutex_lock":1,' counts
}
counts_nothing() {
  counted "$out/countertest" nobody || return
  grep -q '"threads":0,.*"malloc":0,"calloc":0,"realloc":0,"free":0,"aligned_alloc":0,"pthread_mutex_lock":0,' counts
}
traced() { COUNTER_TRACE=1 counted "$out/countertest" audio 2> traces; [ "$(grep -c '^counted: free' traces)" -eq 5 ]; }
counts_swift() {
  swiftc -O -o swifttest "$sources/Preload/countertest.swift" && counted ./swifttest || return
  grep -q '"threads":1,"swift":true' counts && for call in malloc free swift_allocObject swift_retain swift_release; do
    [ "$(value "$call" counts)" -gt 0 ] || return
  done
}
check "it counts the named thread, while it has the name" counts_c
check "it counts no other" counts_nothing
check "it shows where the first five of a kind came from" traced
command -v swiftc > which.log && check "it counts Swift's runtime" counts_swift

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
