# size.sh LIMIT   libstrided.so, stripped, has at most so many bytes.
"$STRIP" -o "$BUILD/tests/api/stripped.so" "$BUILD/libstrided.so" || exit 1
size=$(wc -c <"$BUILD/tests/api/stripped.so")
echo "libstrided.so, stripped: $size bytes of $1"
[ "$size" -le "$1" ]
