#!/bin/sh
# check_runs.sh DIGITS - the program from outside: one thread and two give the same weights, these load, --plot draws,
# files that are no weights and options that are none give a sentence and the right exit code.
set -u
program=$1
. "$(dirname "$0")/../check_program.sh"

expect 0 --epochs 1 --save one.npz --plot curve.svg
grep -q 'epoch 1/1  loss' out || wrong "no line for the epoch"
grep -q 'written   read as' out || wrong "no confusion matrix"
grep -q '</svg>' curve.svg || wrong "no curve"
expect 0 --epochs 1 --save two.npz --threads 2
cmp one.npz two.npz || wrong "two threads give other weights"
expect 0 --epochs 1 --save three.npz --seed 1
! cmp -s one.npz three.npz || wrong "another seed gives the same weights"
expect 0 --load one.npz --color always
head -c 3000 one.npz >cut.npz
expect 1 --load cut.npz
expect 1 --load curve.svg
expect 1 --load nowhere.npz
expect 1 --epochs 1 --save nowhere/one.npz
expect 1 --load one.npz --at-least 100
expect 1 --data nowhere
expect 2 --epochs 0
expect 2 --seed -1
expect 2 --at-least 98.5x
expect 2 and more
