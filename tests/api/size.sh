# libstrided.so, stripped, stays under 1.5 MiB.
"$STRIP" -o "$BUILD/tests/api/stripped.so" "$BUILD/libstrided.so" || exit 1
size=$(wc -c <"$BUILD/tests/api/stripped.so")
echo "libstrided.so, stripped: $size bytes"
[ "$size" -le 1572864 ]
