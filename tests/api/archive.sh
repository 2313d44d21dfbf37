# A static library has no hidden names: every global in libstrided.a begins with strided_, so that it meets nobody else's.
strangers=$("$NM" -g --defined-only "$BUILD/libstrided.a" | awk 'NF == 3 && $3 !~ /^strided_/ { print $3 }' | sort -u)
count=$("$NM" -g --defined-only "$BUILD/libstrided.a" | awk 'NF == 3' | wc -l)
[ "$count" -gt 0 ] || { echo "no globals at all"; exit 1; }
[ -z "$strangers" ] || { echo "globals that do not begin with strided_:" $strangers; exit 1; }
echo "$count globals begin with strided_"
