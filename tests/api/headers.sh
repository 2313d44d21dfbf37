# headers.sh COMPILER LANGUAGE STANDARD...   Every public header compiles alone, silently, under each standard.
compiler=$1 language=$2
shift 2
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror'
case $language in
c)   warnings="$warnings -Wstrict-prototypes" ;;
c++) warnings="$warnings -Wold-style-cast -Wzero-as-null-pointer-constant" ;;
esac

count=0 failed=0
try() { # try HEADER compiler-flag...
    header=$1
    shift
    count=$((count + 1))
    echo "#include <$header>" |
        "$compiler" -std="$standard" $warnings "$@" -I"$SOURCE/include" -fsyntax-only -x "$language" - || {
            echo "FAILED: #include <$header> with $compiler -std=$standard $*"
            failed=1
        }
}
for standard do
    if ! echo 'int x;' | "$compiler" -std="$standard" -fsyntax-only -x "$language" - 2>/dev/null; then
        echo "$compiler does not know $standard"
        continue
    fi
    for header in $(cd "$SOURCE/include" && echo *.h */*.h); do
        try "$header"
    done
    try strided.h -DSTRIDED_STATIC
    try strided/dlpack.h -Wcast-qual
    try strided/dlpack.h -Wcast-qual -include "$SOURCE/tests/support/dlpack_one.h"
done
echo "$count compilations by $compiler"
[ $count -gt 0 ] || exit 77
exit $failed
