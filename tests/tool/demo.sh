# strided demo: it runs on its own photograph and on another one, writes a picture, and says what it compared.
. "$(dirname "$0")/check.sh"

suffix=ppm
[ $has_png = yes ] && suffix=png
run 0 demo
says "8. the diagonal: size (4,), stride (6,)"
says "   0ax3"
says "the same bits from strided_conv2d()"
says "the same bits from strided_maxpool2d()"
says "[6/6]"
says "written   read as"
says "written: ./strided-demo.$suffix"
[ "$(grep -c 'the bits of its dense copy' out)" = 5 ] || bad "not five layouts compared"
awk 'length > 80 && !/coffee/ { exit 1 }' out || bad "wider than 80 columns"
grep -q "$(printf '\033')" out && bad "escape sequences in a file"
run 0 conv strided-demo.$suffix half.ppm --kernel blur --stride 2
says "-> half.ppm"

head -c 2400 /dev/zero | tr '\000' '\144' >pixels
{ printf 'P6\n40 20\n255\n'; cat pixels; } >plain.ppm
mkdir folder
run 0 demo --image plain.ppm --output folder --color always
says "written: folder/strided-demo.$suffix"
grep -q "$(printf '\033')\[48;5;" out || bad "no colours"
{ printf 'P5\n40 60\n255\n'; cat pixels; } >grey.pgm
run 0 demo --image grey.pgm

run 1 demo --image missing.png
complains missing.png
run 1 demo --image plain.ppm --output no/such/folder
complains no/such/folder
run 2 demo surplus
run 2 demo --color perhaps
run 2 demo --image
run 2 demo --output ''
finish
