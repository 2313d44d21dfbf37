#!/bin/sh
# check_runs.sh DIGITS - the program from outside: one thread and two give the same weights, these load, --plot draws,
# files that are no weights and options that are none give a sentence and the right exit code.
set -u
digits=$1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

wrong() { echo "check_runs: $*" >&2; exit 1; }
# expect CODE ARGUMENTS...: that exit code, and a line on stderr if it is not 0.
expect() {
    code=$1; shift
    "$digits" "$@" >out 2>err
    got=$?
    [ $got -eq "$code" ] || wrong "$* gave exit code $got: $(cat err)"
    [ "$code" -eq 0 ] || [ "$(wc -l <err)" -eq 1 ] || wrong "$* should say one line: $(cat err)"
}

expect 0 --epochs 1 --save one.npz --plot curve.svg
grep -q 'epoch 1/1  loss' out || wrong "no line for the epoch"
grep -q 'written   read as' out || wrong "no confusion matrix"
grep -q '</svg>' curve.svg || wrong "no curve"
expect 0 --epochs 1 --save two.npz --threads 2
cmp one.npz two.npz || wrong "two threads give other weights"
expect 0 --load one.npz --color always
head -c 3000 one.npz >cut.npz
expect 1 --load cut.npz
expect 1 --load curve.svg
expect 1 --load nowhere.npz
expect 1 --epochs 1 --save nowhere/one.npz
expect 1 --load one.npz --at-least 100.5
expect 1 --data nowhere
expect 2 --epochs 0
expect 2 --seed -1
expect 2 and more
