# Every function of the header is shown: a page of docs/reference speaks of it, and a program of examples/ calls it.
cd "$SOURCE" || exit 1
names=$(awk -f cmake/exports.awk include/*.h include/strided/*.h | sort)
[ -n "$names" ] || { echo "the headers declare nothing"; exit 1; }

words() { tr -c 'a-z0-9_' '\n' | grep '^strided_' | sort -u; }
find docs/reference -name '*.md' -exec cat {} + | words >"$BUILD/tests/api/in_docs"
find examples -name '*.c' -exec cat {} + | words >"$BUILD/tests/api/in_examples"

failed=0
for place in docs examples; do
    missing=$(echo "$names" | comm -23 - "$BUILD/tests/api/in_$place")
    [ -z "$missing" ] && continue
    echo "in no file of $place:" $missing
    failed=1
done
[ $failed = 0 ] && echo "$(echo "$names" | wc -l) functions are shown"
exit $failed
