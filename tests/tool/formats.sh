# Pictures and arrays as files: what is read is what is written, and everything malformed is refused with a sentence.
. "$(dirname "$0")/check.sh"

# One weight of 1: every picture comes back as it was.
printf '\000\000\200\077' | npy '<f4' '1, 1' >one.npy
copy() { run 0 conv "$1" "$2" --kernel one.npy --quiet; }
refused() { # refused FILE WORDS
    run 1 conv "$1" out.ppm --kernel one.npy
    complains "$1"
    complains "$2"
    absent out.ppm
}

# ---- PPM and PGM
printf 'P6\n2 2\n255\n\001\002\003\012\024\036\144\310\377\000\200\100' >a.ppm
printf 'P6 # a comment\n#another\n 2\t2 #third\n255\n\001\002\003\012\024\036\144\310\377\000\200\100' >commented.ppm
printf 'P5\n3 1\n255\n\007\010\011' >a.pgm
copy a.ppm b.ppm
same a.ppm b.ppm
copy commented.ppm b.ppm
same a.ppm b.ppm
copy a.pgm b.pgm
same a.pgm b.pgm
printf 'P5\n3 1\n100\n\000\062\144' >hundred.pgm
copy hundred.pgm b.pgm
bytes b.pgm 0 128 255
printf 'P5\n2 1\n65535\n\377\377\200\000' >wide.pgm
copy wide.pgm b.pgm
bytes b.pgm 255 128

# ---- in digits, and bitmaps: 1 is black
printf 'P3 # like a.ppm\n2 2 255\n1 2 3  10 20 30\n100 200 255 # the last\n 0 128 64' >digits.ppm
copy digits.ppm b.ppm
same a.ppm b.ppm
printf 'P2\n3 1\n1000\n0\t500\n1000\n' >digits.pgm
copy digits.pgm b.pgm
bytes b.pgm 0 128 255
printf 'P1\n3 2\n101\n0 1 # half\n0' >digits.pbm
copy digits.pbm b.pgm
bytes b.pgm 0 255 0 255 0 255
printf 'P4\n9 2\n\252\200\125\000' >bits.pbm
copy bits.pbm b.pgm
bytes b.pgm 0 255 0 255 0 255 0 255 0 255 0 255 0 255 0 255 0 255
while read -r name text words; do
    printf "$text" >$name.pnm
    refused $name.pnm "$words"
done <<'EOF2'
few-digits P3\n2\0401\n9\n1\0402\0403\0404\0405 ends in row 0 of 1
no-digit P2\n2\0402\n9\n1\0402\n3\040x row 1 of 2 is no row
negative-digit P2\n1\0401\n9\n-1\n row 0 of 1 is no row
large-digit P2\n1\0401\n9\n65536\n row 0 of 1 is no row
no-bit P1\n2\0401\n12 row 0 of 1 is no row
few-bits P4\n9\0402\n\252\200\125 ends in row 1 of 2
EOF2

refused missing.ppm "No such file"
mkdir folder.ppm
refused folder.ppm "directory"
: >empty.ppm
refused empty.ppm "neither"
printf 'hello, world' >text.ppm
refused text.ppm "neither"
printf 'P7\nWIDTH 1\n' >arbitrary.ppm
refused arbitrary.ppm "P1 to P6"
while read -r name header words; do
    printf "$header"'\nabcdefghijkl' >$name.ppm
    refused $name.ppm "$words"
done <<'EOF2'
no-blank P62\0402\040255 no blank after P6
no-width P6\nx\0402\n255 width
zero-width P6\n0\0402\n255 width
negative P6\n-2\0402\n255 width
huge-width P6\n99999999999999999999999\0402\n255 width
no-height P6\n2\n\n height
zero-height P6\n2\0400\n255 height
zero-largest P6\n2\0402\n0 largest
large-largest P6\n2\0402\n65536 largest
wrong-largest P6\n2\0402\n2f5 no blank
huge P6\n1048576\0401048576\n255 too large
EOF2
n=$(wc -c <a.ppm)
while [ $n -gt 2 ]; do # cut short anywhere
    n=$((n - 1))
    head -c $n a.ppm >cut.ppm
    refused cut.ppm ""
done
head -c 18 a.ppm >cut.ppm
refused cut.ppm "ends in row 1 of 2"

# ---- .npy of a picture: (rows, columns, colours), bytes
copy a.ppm a.npy
run 0 show a.npy
says "shape (2, 2, 3)"
says "dtype      u8"
copy a.pgm grey.npy
run 0 show grey.npy
says "shape (1, 3)"
bytes grey.npy 7 8 9

# ---- where results go
run 2 conv a.ppm out.jpg --kernel one.npy
complains ".png, .ppm, .pgm or .npy"
run 1 conv a.ppm no/such/folder/out.ppm --kernel one.npy
run 1 conv a.ppm no/such/folder/out.npy --kernel one.npy
if [ -w /dev/full ]; then
    ln -s /dev/full full.ppm
    run 1 conv a.ppm full.ppm --kernel one.npy
    absent full.ppm
fi

# ---- PNG
printf '\211PNG\015\012\032\012\000\000\000\015IHDR\000\000\000\002\000\000\000\002\010\006\000\000\000r\266\015$\000\000\000\032IDATx\332c\340\022\221c\320\060\262\011ep\013\210Z\225\222W\361\037\000\034\233\005\013\367\224\047\325\000\000\000\000IEND\256B`\202' >rgba.png
printf '\211PNG\015\012\032\012\000\000\000\015IHDR\000\000\000\002\000\000\000\001\020\000\000\000\000\201\331\374\025\000\000\000\015IDATx\332c``\370\377\037\000\003\002\001\377\071)\031\276\000\000\000\000IEND\256B`\202' >grey16.png
printf '\211PNG\015\012\032\012\000\000\000\015IHDR\000\000\000\002\000\000\000\001\001\003\000\000\000\316\354\355\311\000\000\000\006PLTE\001\002\003\372\373\374\375^\346\243\000\000\000\012IDATx\332cp\000\000\000B\000A\204\277\216b\000\000\000\000IEND\256B`\202' >palette.png
if [ $has_png = no ]; then
    refused rgba.png "no PNG"
    run 1 conv a.ppm b.png --kernel one.npy
    complains "no PNG"
    absent b.png
    cp a.ppm kept.png
    run 1 conv a.ppm kept.png --kernel one.npy
    same a.ppm kept.png
    finish
fi
copy a.ppm a.png
copy a.png b.ppm
same a.ppm b.ppm
copy a.pgm a.png
copy a.png b.pgm
same a.pgm b.pgm
copy grey16.png b.pgm
bytes b.pgm 0 255
copy palette.png b.ppm
bytes b.ppm 1 2 3 250 251 252

copy rgba.png b.png # alpha stays
copy b.png b.npy
run 0 show b.npy
says "shape (2, 2, 4)"
bytes b.npy 10 20 30 0 40 50 60 85 70 80 90 170 100 110 120 255
rm b.ppm
run 1 conv rgba.png b.ppm --kernel one.npy
complains "no alpha"
absent b.ppm
cp a.ppm kept.ppm
run 1 conv rgba.png kept.ppm --kernel one.npy
same a.ppm kept.ppm
run 0 conv rgba.png b.npy --kernel edges --pad 2 --quiet # brightness and alpha, larger than before
run 0 show b.npy
says "shape (4, 4, 2)"

n=$(wc -c <rgba.png)
while [ $n -gt 8 ]; do
    n=$((n - 1))
    head -c $n rgba.png >cut.png
    refused cut.png ""
done
{ head -c 45 rgba.png; printf 'XX'; tail -c +48 rgba.png; } >damaged.png
refused damaged.png ""
finish
