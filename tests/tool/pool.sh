# strided pool: results that can be worked out by hand, and what is refused.
. "$(dirname "$0")/check.sh"

printf 'P5\n4 3\n255\n\012\024\036\050\062\074\106\120\132\144\156\170' >a.pgm # 10 20 .. 120
printf 'P6\n2 2\n255\n\001\002\003\005\006\007\011\012\013\015\016\020' >a.ppm

run 0 pool a.pgm b.pgm --size 2
says "a.pgm, 4x3 grey -> b.pgm, 2x1 grey: max"
bytes b.pgm 60 80
run 0 pool a.pgm b.pgm --size 2 --kind avg -q
prints </dev/null
bytes b.pgm 35 55
run 0 pool a.pgm b.pgm --size 3,2
bytes b.pgm 100 120
run 0 pool a.pgm b.pgm --size 2 --stride 1
bytes b.pgm 60 70 80 100 110 120
run 0 pool a.pgm b.pgm --size 2 --ceil
bytes b.pgm 60 80 100 120
run 0 pool a.pgm b.pgm --size 3 --pad 1
bytes b.pgm 60 80
run 0 pool a.pgm b.pgm --size 3 --stride 2 --pad 1 --kind avg # padding is not counted
bytes b.pgm 35 50 75 90
run 0 pool a.ppm b.ppm --size 2 --kind avg # (1+5+9+13)/4 = 7, 8, (3+7+11+16)/4 = 9.25
bytes b.ppm 7 8 9
run 0 pool a.ppm b.ppm --size 2
bytes b.ppm 13 14 16

printf '\000\000\200\077\000\000\000\100\000\000\100\100\000\000\300\277\000\000\000\077\000\000\310\102' | npy '<f4' '1, 2, 3' >x.npy
run 0 pool x.npy y.npy --size 2 --stride 1
says "f32 (1, 1, 2)"
run 0 show y.npy
says "    2a  100a"
run 0 pool x.npy y.npy --size 1,3 --kind avg
run 0 show y.npy
says "shape (1, 2, 1)"

run 2 pool
run 2 pool a.pgm b.pgm
complains "--size is wanted"
run 2 pool a.pgm b.pgm --size 0
run 2 pool a.pgm b.pgm --size x
run 2 pool a.pgm b.pgm --size 1,2,3
run 2 pool a.pgm b.pgm --size 2 --kind median
run 2 pool a.pgm b.pgm --size 2 --pad same
run 2 pool a.pgm b.pgm --size 2 --stride 0
for pad in 2 3 0,2 2,0; do
    run 2 pool a.pgm b.pgm --size 2 --pad $pad
    complains "--pad is less than --size"
done
run 2 pool a.pgm b.pgm --size 2, # neither here nor anywhere does a list end in a separator
run 1 pool a.pgm b.pgm --size 9
complains a.pgm
run 1 pool missing.pgm b.pgm --size 2
run 2 pool a.pgm b.gif --size 2
printf '\001\002\003' | npy '|u1' '3,' >line.npy
run 1 pool line.npy y.npy --size 2
complains "two axes"
printf '\001\002\003\004' | npy '|u1' '2, 1, 2' >planes.npy
rm -f y.npy
run 1 pool planes.npy y.npy --size 1 --preview
complains "a preview has 1 or 3 planes, the result 2"
absent y.npy
run 0 pool a.pgm b.pgm --size 1 -q --preview
[ "$(wc -l <out)" = 2 ] || bad "the preview of 4x3 is not 2 lines"
finish
