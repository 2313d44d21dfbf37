# strided show: pictures of views, slices, windows; what is refused, and what is too large to draw.
. "$(dirname "$0")/check.sh"

run 0 show 4x5 --size 2,3 --stride 11,0
prints <<'EOF2'
memory  20 elements
    0ax3   1      2      3      4      5      6      7      8      9     10
   11bx3  12     13     14     15     16     17     18     19
tensor  shape (4, 5)  strides (5, 1)
    0ax3   1      2      3      4
    5      6      7      8      9
   10     11bx3  12     13     14
   15     16     17     18     19
view    shape (2, 3)  strides (11, 0)
    0a   0a   0a
   11b  11b  11b

dtype      i64
contiguous no
overlap    yes: some element has more than one index
touched    2 of 20, 2 of them more than once, at most 3 times
untouched  18
EOF2

run 0 show '4x5[::-1, ::2]'
says "shape (4, 3)  strides (-5, 2)  offset 15"
says "touched    12 of 20"
says "   15a  17a  19a"
run 0 show '4x5[1]'
says "shape (5,)  strides (1,)  offset 5"
run 0 show '4x5[..., 0]'
says "shape (4,)  strides (5,)"
run 0 show '4x5[2, -1]'
says "shape ()  strides ()  offset 14"
run 0 show '2x3x4[:, 1:, ::-2]'
says "shape (2, 2, 2)  strides (12, 4, -2)  offset 7"
run 0 show '4x5[4:]'
says "shape (0, 5)"
says "touched    0 of 20"

# The eight puzzles of the chapter.
while read -r size stride touched; do
    run 0 show 4x5 --size $size --stride $stride
    says "touched    $touched of 20"
done <<'EOF2'
4 1 4
2,2 5,2 4
5 1 5
4 5 4
2,3 5,1 6
2,3 10,1 6
2,3 11,0 2
4 6 4
EOF2

run 0 show 10 --window 0:3:2
says "shape (4, 3)  strides (2, 1)"
run 0 show 10 --window 0:3:2:2
says "shape (3, 3)  strides (2, 2)"
run 0 show 6x6 --window 0:3:3 --window 1:3:3
says "shape (2, 2, 3, 3)  strides (18, 3, 6, 1)"
says "    0a   1a   2a     3a   4a   5a"
run 0 show 5 --size 3 --stride -1 --offset 4
says "   4a  3b  2c"

# Out of bounds: the first index, in row-major order, that leaves the memory.
run 2 show 4x5 --size 5,5 --stride 4,2
complains "index (3, 4) would lie at 20, memory has 0 to 19"
run 2 show 4x5 --size 5,5 --stride 4,-2
complains "index (0, 1) would lie at -2"
run 2 show 4x5 --size 3 --stride 1 --offset 20
complains "index (0,) would lie at 20"
run 2 show 4x5 --size 0 --stride 1 --offset 21 # nothing has no index, and no place there either
complains "an empty view at 21"
run 2 show 4x5 --size 268435456,268435456 --stride 268435456,268435456
complains "index (0, 1) would lie at 268435456"

run 2 show
run 2 show 4x5 6x7
run 2 show 4y5
complains "neither a shape, like 4x5 and up to 268435456, nor a .npy file"
run 2 show 4x-5
run 2 show 4x
run 2 show 4x5,
run 2 show ,4
run 2 show 4xx5
run 2 show 99999999x99999999
run 2 show 4x5 --size 2,3
complains "go together"
run 2 show 4x5 --size 2,3 --stride 1
complains "2 numbers"
run 2 show 4x5 --size two --stride 1
run 2 show 4x5 --size 99999999999999999999 --stride 1
complains "no list of numbers up to 268435456"
run 2 show 4x5 --size -1 --stride 1
run 2 show 4x5 --size
complains "--size wants a value"
run 2 show 4x5 --offset 3
run 2 show '4x5[1,2,3]'
complains "more parts than the tensor has axes"
run 2 show '2x3x4[..., 0, ...]'
complains "more than one ..."
run 2 show '4x5[9]'
run 2 show '4x5[::0]'
run 2 show '4x5[a]'
run 2 show '4x5[1:2:3:4]'
run 2 show '4x5[1'
run 2 show '4x5[]'
run 2 show 4x5 --window 0
run 2 show 4x5 --window 0:9
run 2 show 4x5 --window 7:2
run 2 show 4x5 --window 0:2:0
for window in 0::2 :0:2 0:2: 0:2:1:1: 0:2:1:1:1; do
    run 2 show 4x5 --window $window
    complains "is not AXIS:SIZE[:STEP[:DILATION]]"
done
run 2 show 4x5 --color sometimes
run 1 show missing.npy
complains missing.npy

# Files: values of their own, also in Fortran's order.
printf '\000\000\200\077\000\000\000\100\000\000\100\100\000\000\300\277\000\000\000\077\000\000\310\102' | npy '<f4' '2, 3' >a.npy
run 0 show a.npy
says "      1a     2a     3a"
says "   -1.5b   0.5b   100b"
says "dtype      f32"
run 0 show 'a.npy[:, ::-1]' -o a.svg
grep -q '<svg' a.svg || bad "no picture"
grep -q '</svg>' a.svg || bad "half a picture"
grep -q '>-1.5<' a.svg || bad "the picture lacks a value"
run 1 show a.npy -o no/such/folder.svg
if [ -w /dev/full ]; then
    ln -s /dev/full full.svg
    run 1 show a.npy -o full.svg
    complains "writing failed"
    absent full.svg
fi
n=$(wc -c <a.npy)
while [ $n -gt 0 ]; do # cut short anywhere
    n=$((n - 1))
    head -c $n a.npy >cut.npy
    run 1 show cut.npy
done

# Nothing is drawn of nothing, however long its other axes are.
npy '<f4' '1000000000000000000, 0, 4' </dev/null >nothing.npy
run 0 show nothing.npy -o nothing.svg
says "shape (1000000000000000000, 0, 4)"
says "touched    0 of 0"
grep -qE '^<svg [^>]* width="[0-9]{3}" height="[0-9]{3}"' nothing.svg || bad "a picture of nothing has a size of its own"

# Too large to draw is said; the facts stay.
run 0 show 100x100 --size 100,100 --stride 1,1
says "not drawn"
says "touched    199 of 10000"
run 1 show 100x100 -o big.svg
absent big.svg

# Colours only where they are wanted.
run 0 show 4x5
grep -q "$(printf '\033')" out && bad "escape sequences in a file"
run 0 show 4x5 --color never
cp out plain
run 0 show 4x5 --color always
grep -q "$(printf '\033')" out || bad "no colours"
finish
