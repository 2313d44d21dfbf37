# strided explain: the text of a plan, for shapes, slices and files; wrong geometries are refused in the library's words.
. "$(dirname "$0")/check.sh"

run 0 explain conv 1x64x56x56 64x64x3x3 --pad 1
says 'conv in f32, kernel '
says '  y f32 (1, 64, 56, 56) strides (200704, 3136, 56, 1)'
says '  x f32 (1, 64, 56, 56) strides (200704, 3136, 56, 1)'
says '  edge of x: position 1 i3 + 1 i5 - 1 of 56, outside skipped'
says '  classes of positions: 3 x 3, the largest 54 x 54'
says '  packed product: no, the transform does it'
says '  windows: no, the transform does it'
says '  generic: '
says ' bytes, scratch '
cp out first
run 0 explain conv --pad same 1x64x56x56 64x64x3x3
same first out

run 0 explain conv 1x56x56x32 32x1x3x3 --permute 0,3,1,2 --groups 32 --stride 2 --dilation 1,2 --bias --arithmetic strict
says '  y f32 (1, 32, 27, 26) strides (22464, 1, 832, 32)'
says ', bias 1'
run 0 explain conv '1x3x8[:,:,::-1]' 4x3x3 --dtype f16 --pad-mode circular --pad 1
says 'x f16 (1, 3, 8) strides (24, 8, -1)'
says 'outside circular'
run 0 explain conv 2x3x4x4x4 5x3x2x2x2
printf '\001\002\003\004\005\006' | npy '|u1' '1, 1, 6' >line.npy
printf '\001\002' | npy '|u1' '1, 1, 2' >w.npy
run 0 explain conv line.npy w.npy
says '  x u8 (1, 1, 6) strides (6, 6, 1)'
says '  y i32 (1, 1, 5)'

run 0 explain pool 1x64x112x112 --size 3 --stride 2 --pad 1
says 'pool in f32, kernel '
says '  y f32 (1, 64, 56, 56)'
says '  classes of positions: 2 x 2, the largest 55 x 55'
run 0 explain pool 9 --size 2 --ceil
says '  y f32 (5)'
run 0 explain pool 5x9x9 --size 3,2 --kind avg --dilation 2,1
says '  y f32 (5, 2, 4)'
run 0 explain pool 2x8x8x8 --size 2 --kind lp --dtype f64
says '  y f64 (2, 8, 4, 4)'
says 'neither a sum nor the largest'

run 2 explain
complains 'conv or pool is wanted'
run 2 explain wombat
complains "no 'wombat'"
run 2 explain conv
run 2 explain conv 1x2x8
complains 'X and W'
run 2 explain conv 1x2x8 4x2x3 surplus
run 2 explain conv 1x2x8 4x3x3
complains 'x has 2 channels, w wants 3'
run 2 explain conv 1x2x8 4x2x9
complains 'the window spans 9'
run 2 explain conv 1x2x8 4
complains 'W has 1 axes'
run 2 explain conv 1x2x-8 4x2x3
complains 'extent -8'
run 2 explain conv 1x2x8 4x2x3 --stride 0
run 2 explain conv 1x2x8 4x2x3 --dilation 1,1
complains '2 numbers for 1 axes'
run 2 explain conv 1x2x8 4x2x3 --groups 0
run 2 explain conv 1x2x8 4x2x3 --dtype f31
complains "'f31'"
run 2 explain conv 1x2x8 4x2x3 --permute 0,0,1
complains 'permute'
run 2 explain conv 1x2x8 4x2x3 --permute x
run 2 explain conv 1x2x8 4x2x3 --arithmetic sloppy
run 2 explain conv 1x2x8 4x2x3 --size 2
complains 'unknown option --size'
run 2 explain conv '1x2x8[' 4x2x3
run 2 explain pool 4x4
complains '--size is wanted'
run 2 explain pool 4x4 --size 2 --groups 1
complains 'unknown option --groups'
run 2 explain pool 4x4 --size 2 surplus
run 2 explain pool 4x4 --size 2 --kind median
run 2 explain pool 4x4 --size 5
run 2 explain pool 4x4 --size 1,1,1,1
complains 'one to three axes'
run 2 explain pool 4x4x4 --size 2 --dtype u8 --kind avg
complains 'u8'
run 2 explain pool 268435456x268435456x268435456x2 --size 1
complains '64 bits'
run 1 explain conv missing.npy 4x2x3
complains missing.npy
# More memory than there is; a sanitizer's allocator ends the program instead of saying so.
grep -q __asan_init "$strided" || run 1 explain conv 268435456x1x268435456 1x1x1
finish
