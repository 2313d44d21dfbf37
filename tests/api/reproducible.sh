# What is delivered is the same bytes wherever and whenever it is built: no folder of this machine is named in it, and no time.
cd "$BUILD" || exit 1
work=$BUILD/tests/api/reproducible
mkdir -p "$work" || exit 1
failed=0

for file in libstrided.so libstrided.a strided; do
    [ -e $file ] || continue
    "$STRIP" -g -o "$work/$file" $file || exit 1 # what debuggers want names folders
    for folder in "$SOURCE" "$BUILD"; do
        LC_ALL=C grep -aqF -e "$folder/" "$work/$file" || continue
        echo "$file names $folder"
        failed=1
    done
done
times=$(cd "$SOURCE" && grep -rnE '__(DATE|TIME|TIMESTAMP)__' src include tools)
[ -z "$times" ] || { echo "the time of the build:" "$times"; failed=1; }
[ $failed = 0 ] && echo "no folder, no time"
exit $failed
