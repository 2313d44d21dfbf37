#!/bin/sh
# check_runs.sh RESNET DATA PICTURE - the program from outside: what it prints, and that damaged weights of every kind, and
# options that are none, give a line on stderr and the right exit code.
set -u
program=$1 weights=$2/narrow.safetensors picture=$3
. "$(dirname "$0")/../check_program.sh"

# file NAME HEADER: a .safetensors of that header (below 256 bytes) and eight bytes of data.
file() { { printf "\\$(printf %o ${#2})\0\0\0\0\0\0\0"; printf '%s12345678' "$2"; } >"$1"; }

expect 0 "$weights" "$picture" --size 64
[ "$(grep -c ' %  class ' out)" -eq 5 ] || wrong "there should be five classes"
cp out folded
expect 0 "$weights" "$picture" --size 64 --nhwc --threads 2
cmp out folded || wrong "NHWC and two threads show other shares"
expect 0 "$weights" "$picture" --size 64 --unfolded
cut -c 1-6 out >shares
cut -c 1-6 folded | cmp - shares || wrong "unfolded, the shares are others"
printf 'zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n' >names
expect 0 "$weights" "$picture" --size 64 --labels names --color always
! grep -q 'class' out || wrong "no names of classes"

expect 0 "$weights" "$picture" --size 64 --bench --seconds 0.05 --plot layers.svg
grep -q '^ResNet-18, 64x64, NCHW, batch norm folded, one thread' out || wrong "no title: $(head -1 out)"
grep -q '^layer4.1.conv2 .* 64x2x2 .*%' out || wrong "no line for a layer"
grep -q ' ms an image, .* GFLOP/s, .* % of the FMA peak' out || wrong "no figures"
grep -q '^memory: .* MiB' out || wrong "no memory"
grep -q '>layer4.1.conv2<' layers.svg && grep -q '</svg>' layers.svg || wrong "no picture"
expect 0 resnet34 --size 64 --bench --seconds 0.05 --unfolded --nhwc
grep -q '^ResNet-34, 64x64, NHWC, batch norm unfolded' out || wrong "no ResNet-34"
! grep -q '^layer.* [1-9][0-9][1-9]\.[0-9] %' out || grep -q '^above 100 %' out || wrong "nothing says why it is above the peak"

head -c 5000 "$weights" >cut
expect 1 cut "$picture"
grep -q 'cut: its header of .* bytes does not fit' err || wrong "cut short: $(cat err)"
head -c 100000 "$weights" >cut
expect 1 cut "$picture"
file shape '{"conv1.weight":{"dtype":"U8","shape":[2,4],"data_offsets":[0,8]}}'
expect 1 shape "$picture"
grep -q 'conv1.weight has 2 axes, not 4' err || wrong "a wrong shape: $(cat err)"
printf '\377\377\377\377\377\377\377\177{}' >huge
expect 1 huge "$picture"
grep -q 'header of 9223372036854775807 bytes' err || wrong "a huge header: $(cat err)"
file json '{"conv1.weight":{"dtype":"U8","shape":[8'
expect 1 json "$picture"
grep -q 'not understood at byte 40' err || wrong "bad JSON: $(cat err)"
file outside '{"conv1.weight":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}'
expect 1 outside "$picture"
grep -q 'lies at bytes 0 to 9 of 8' err || wrong "an offset outside: $(cat err)"

{ head -c $(($(wc -c <"$weights") - 2)) "$weights"; printf '\377\177'; } >nan
expect 1 nan "$picture" --size 64
grep -q 'are no numbers' err || wrong "the last bias is not a number: $(cat err)"

expect 1 nowhere "$picture"
expect 1 . "$picture"
! grep -q 'memory' err || wrong "a folder: $(cat err)"
expect 1 "$weights" "$picture" --size 64 --labels nowhere
expect 1 "$weights" nowhere.png
expect 1 "$weights" "$weights"
expect 1 "$weights" --bench --plot nowhere/layers.svg --size 32 --seconds 0.05
expect 2 "$weights"
expect 2
expect 2 "$weights" "$picture" --size 31
expect 2 "$weights" "$picture" --plot layers.svg
expect 2 "$weights" "$picture" and more
