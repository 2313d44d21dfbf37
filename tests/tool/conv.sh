# strided conv: results that can be worked out by hand, on pictures and on arrays, and what is refused.
. "$(dirname "$0")/check.sh"

printf 'P5\n4 3\n255\n\012\024\036\050\062\074\106\120\132\144\156\170' >a.pgm # 10 20 .. 120
printf 'P6\n2 1\n255\n\001\002\003\144\310\372' >a.ppm
printf '\000\000\200\077' | npy '<f4' '1, 1' >one.npy
printf '\000\000\200\077\000\000\000\000\000\000\000\000' | npy '<f4' '1, 3' >shift.npy # the left neighbour
printf '\000\000\200\077\000\000\200\077' | npy '<f4' '1, 2' >pair.npy                   # the sum of two
printf '\000\000\200\277' | npy '<f4' '1, 1' >minus.npy

run 0 conv a.pgm b.pgm --kernel one.npy
says "a.pgm, 4x3 grey -> b.pgm, 4x3 grey: one.npy"
same a.pgm b.pgm
run 0 conv a.pgm b.pgm --kernel shift.npy -q
prints </dev/null
bytes b.pgm 10 10 20 30 50 50 60 70 90 90 100 110
run 0 conv a.pgm b.pgm --kernel shift.npy --pad-mode zero
bytes b.pgm 0 10 20 30 0 50 60 70 0 90 100 110
run 0 conv a.pgm b.pgm --kernel shift.npy --pad-mode circular
bytes b.pgm 40 10 20 30 80 50 60 70 120 90 100 110
run 0 conv a.pgm b.pgm --kernel shift.npy --pad-mode reflect
bytes b.pgm 20 10 20 30 60 50 60 70 100 90 100 110
run 0 conv a.pgm b.pgm --kernel pair.npy --pad 0
says "3x3 grey"
bytes b.pgm 30 50 70 110 130 150 190 210 230
run 0 conv a.pgm b.pgm --kernel one.npy --stride 2,3
bytes b.pgm 10 40 90 120
run 0 conv a.pgm b.pgm --kernel one.npy --stride 2
bytes b.pgm 10 30 90 110
run 0 conv a.pgm b.pgm --kernel one.npy --pad 1,0 --pad-mode zero
says "4x5 grey"
bytes b.pgm 0 0 0 0 10 20 30 40 50 60 70 80 90 100 110 120 0 0 0 0
run 0 conv a.ppm b.ppm --kernel minus.npy # below 0 is 0
bytes b.ppm 0 0 0 0 0 0
run 0 conv a.ppm b.ppm --kernel pair.npy # above 255 is 255
bytes b.ppm 101 202 253 200 255 255

# The named ones: nothing happens on a plain surface, and an edge is where it is.
head -c 300 /dev/zero | tr '\000' '\144' >plain
{ printf 'P6\n10 10\n255\n'; cat plain; } >plain.ppm
for kernel in blur soft sharpen; do
    run 0 conv plain.ppm b.ppm --kernel $kernel
    same plain.ppm b.ppm
done
run 0 conv plain.ppm b.ppm --kernel sobel
head -c 300 /dev/zero | cmp -s - "$(tail -c 300 b.ppm >tail; echo tail)" || bad "slopes on a plain surface"
run 0 conv plain.ppm b.pgm --kernel edges
says "10x10 grey"
printf 'P5\n5 2\n255\n\000\000\012\012\012\000\000\012\012\012' >step.pgm
for kernel in sobel edges; do
    run 0 conv step.pgm b.pgm --kernel $kernel
    bytes b.pgm 0 40 40 0 0 0 40 40 0 0
done

# Weights over the colours: (out, in, rows, columns). The sum of the three; then blue, green, red.
printf '\000\000\200\077\000\000\200\077\000\000\200\077' | npy '<f4' '1, 3, 1, 1' >sum.npy
run 0 conv a.ppm b.pgm --kernel sum.npy
bytes b.pgm 6 255
printf '\000\000\000\000\000\000\000\000\000\000\200\077\000\000\000\000\000\000\200\077\000\000\000\000\000\000\200\077\000\000\000\000\000\000\000\000' |
    npy '<f4' '3, 3, 1, 1' >turn.npy
run 0 conv a.ppm b.ppm --kernel turn.npy
bytes b.ppm 3 2 1 250 200 100
run 1 conv a.pgm b.pgm --kernel sum.npy
complains "3"
printf '\000\000\200\077\000\000\200\077' | npy '<f4' '2, 1, 1, 1' >two.npy
run 1 conv a.pgm b.pgm --kernel two.npy
complains "1 or 3 planes"

# Arrays: (N, C, W) by the operator itself; planes by a filter of rows and columns.
printf '\001\002\003\004\005\006' | npy '|u1' '1, 2, 3' >x.npy
printf '\000\000\200\077\000\000\200\077\000\000\200\077\000\000\200\077' | npy '<f4' '1, 2, 2' >w.npy
run 0 conv x.npy y.npy --kernel w.npy --pad 0
says "f32 (1, 1, 2)"
run 0 show y.npy
says "   12a  16a"
run 0 conv x.npy y.npy --kernel one.npy
run 0 show y.npy
says "shape (1, 2, 3)"
says "   4a  5a  6a"
printf '\001\002\003\004\005\006' | npy '|u1' '2, 3' >plane.npy
run 0 conv plane.npy b.pgm --kernel one.npy
bytes b.pgm 1 2 3 4 5 6
run 2 conv x.npy y.pgm --kernel w.npy
complains ".npy"
printf '\001\002\003' | npy '|u1' '3,' >line.npy
run 1 conv line.npy y.npy --kernel one.npy
complains "two axes"
npy '|u1' '0, 3' </dev/null >nothing.npy
run 1 conv nothing.npy y.npy --kernel one.npy
complains "without elements"
npy '|u1' '2, 3' </dev/null >short.npy
run 1 conv short.npy y.npy --kernel one.npy
complains short.npy

run 2 conv
run 2 conv a.ppm
run 2 conv a.ppm b.ppm
complains "--kernel is wanted"
run 2 conv a.ppm b.ppm --kernel wobble
complains "no filter 'wobble'"
run 1 conv a.ppm b.ppm --kernel missing.npy
complains missing.npy
run 1 conv a.ppm b.ppm --kernel line.npy
complains "not 1"
run 2 conv a.ppm b.ppm --kernel one.npy surplus
run 2 conv a.ppm b.ppm --kernel one.npy --stride 0
run 2 conv a.ppm b.ppm --kernel one.npy --stride x
run 2 conv a.ppm b.ppm --kernel one.npy --stride 1,2,3
complains "3 numbers for 2 axes"
run 2 conv a.ppm b.ppm --kernel one.npy --pad -1
run 2 conv a.ppm b.ppm --kernel one.npy --pad 1,2,3
run 2 conv a.ppm b.ppm --kernel one.npy --pad-mode wrap
run 2 conv a.ppm b.ppm --kernel one.npy --groups 0
run 2 conv a.ppm b.ppm --kernel blur --groups 3
complains "--groups: with blur each plane is on its own"
npy '<f4' '0, 0' </dev/null >nothing.npy
run 1 conv a.ppm b.ppm --kernel nothing.npy
complains "nothing.npy: weights without elements"
run 0 conv a.ppm b.ppm --kernel pair.npy --pad 0 --stride 9
run 1 conv a.ppm b.ppm --kernel soft --pad 0
complains "a.ppm"

rm -f y.npy
printf '\001\002\003\004' | npy '|u1' '2, 1, 2' >planes.npy
run 1 conv planes.npy y.npy --kernel one.npy --preview
complains "a preview has 1 or 3 planes, the result 2"
run 2 conv x.npy y.npy --kernel w.npy --pad 0 --preview
complains "--preview"
absent y.npy
printf '\000\000\300\177\000\000\200\377' | npy '<f4' '1, 2' >nan.npy # NaN, -infinity
run 0 conv nan.npy y.npy --kernel one.npy --preview -q
[ "$(cat out)" = "  " ] || bad "NaN is not dark"
run 0 conv plain.ppm b.ppm --kernel blur --preview -q
[ "$(wc -l <out)" = 5 ] || bad "the preview of 10x10 is not 5 lines of 10"
awk 'length != 10 { exit 1 }' out || bad "the preview of 10x10 is not 5 lines of 10"
run 0 conv plain.ppm b.ppm --kernel blur --preview -q --color always
grep -q "$(printf '\033')\[48;5;" out || bad "the preview has no colours"
finish
