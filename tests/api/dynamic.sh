# What libstrided.so asks of the program that loads it: the C library and libm, nothing else; no code that runs at load time; no
# function that prints, ends the process or starts another.
library=$BUILD/libstrided.so
failed=0
complain() { echo "$*"; failed=1; }

needed=$("$READELF" -d "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p')
for name in $needed; do
    case $name in
    libc.so.* | libm.so.* | libc.musl-*.so.1 | libpthread.so.0 ) ;;
    *) complain "NEEDED $name" ;;
    esac
done
[ -n "$needed" ] || complain "no NEEDED at all: is this a shared library?"

soname=$("$READELF" -d "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\].*/\1/p')
[ "$soname" = libstrided.so.0 ] || complain "SONAME is '$soname', not libstrided.so.0"

# One pointer is the compiler's own frame_dummy.
constructors=$("$READELF" -d "$library" | sed -n 's/.*(INIT_ARRAYSZ)[^0-9]*\([0-9]*\).*/\1/p')
[ "${constructors:-0}" -le 8 ] || complain "constructors: INIT_ARRAYSZ is $constructors"

"$READELF" -d "$library" | grep -q TEXTREL && complain "TEXTREL"
"$READELF" -lW "$library" | grep GNU_STACK | grep -q RWE && complain "executable stack"

forbidden=$("$NM" -D --undefined-only "$library" | awk '{ sub(/@.*/, "", $2); print $2 }' |
    grep -E -x 'abort|_?_?exit|_Exit|quick_exit|raise|kill|v?printf|puts|putchar|perror|stdout|stderr|system|popen|fork|exec.*|signal|sigaction|setlocale|srand|rand|setenv|putenv')
[ -z "$forbidden" ] || complain "calls that a library does not make:" $forbidden

[ $failed = 0 ] && echo "$soname needs" $needed
exit $failed
