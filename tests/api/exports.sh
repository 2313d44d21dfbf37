# Four lists are the same: what the headers declare, what cmake/strided.map says, what libstrided.so exports, what abi.c holds to.
work=$BUILD/tests/api/exports
mkdir -p "$work" || exit 1

awk -f "$SOURCE/cmake/exports.awk" "$SOURCE"/include/*.h "$SOURCE"/include/strided/*.h | sort >"$work/headers"
sed -n '/^global:/,/^local:/s/^ *\([a-z0-9_]*\);.*/\1/p' "$SOURCE/cmake/strided.map" | sort >"$work/map"
grep -o 'strided_[a-z0-9_]*(' "$SOURCE/tests/api/abi.c" | tr -d '(' | grep -v '^strided_task$' | sort >"$work/abi"
"$NM" -D --defined-only "$BUILD/libstrided.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$work/library"

failed=0
compare() {
    missing=$(comm -23 "$work/$1" "$work/$2")
    [ -z "$missing" ] && return
    echo "in the $1, not in the $2:" $missing
    failed=1
}
[ -s "$work/headers" ] || { echo "the headers declare nothing"; exit 1; }
compare headers map
compare map headers
compare map library
compare library map
compare map abi
compare abi map

unversioned=$("$NM" -D --defined-only "$BUILD/libstrided.so" | awk '$2 != "A" && $3 !~ /@@STRIDED_[0-9.]+$/ { print $3 }')
[ -z "$unversioned" ] || { echo "without a version:" $unversioned; failed=1; }
[ $failed = 0 ] && echo "$(wc -l <"$work/headers") functions in headers, map, library and abi.c"
exit $failed
