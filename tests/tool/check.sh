# check.sh - what the tests of the tool share; each begins with `. "$(dirname "$0")/check.sh"`. They run in a folder of
# their own that goes away. A failing check prints the command that fails, so that it can be pasted.

strided=$1 has_png=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

LC_ALL=C COLUMNS=80 TERM=dumb
ASAN_OPTIONS=${ASAN_OPTIONS:-}:exitcode=99 UBSAN_OPTIONS=${UBSAN_OPTIONS:-}:exitcode=99 # not to be taken for "failed"
export LC_ALL COLUMNS TERM ASAN_OPTIONS UBSAN_OPTIONS
unset NO_COLOR COLORTERM STRIDED_MAX_ISA

failures=0
last=
bad() {
    failures=$((failures + 1))
    echo "FAILED: $last"
    echo "  $*"
    sed 's/^/  out: /' out | head -20
    sed 's/^/  err: /' err | head -20
}

# run CODE ARGUMENT...: the tool ends with this code. A failure says why, and whose it is; a success says nothing of the kind.
run() {
    want=$1
    shift
    last="strided $*"
    "$strided" "$@" >out 2>err </dev/null
    got=$?
    [ $got = "$want" ] || bad "exit code $got, wanted $want"
    if [ $got = 0 ]; then
        [ ! -s err ] || bad "success, and something on standard error"
    else
        head -1 err | grep -q '^strided[ :]' || bad "the first line on standard error does not begin with 'strided'"
    fi
}

says() { grep -qF -- "$1" out || bad "standard output does not say '$1'"; }
complains() { grep -qF -- "$1" err || bad "standard error does not say '$1'"; }
# prints <<EOF: standard output is exactly this
prints() {
    cat >want
    cmp -s want out || bad "standard output differs: $(diff want out | head -30)"
}
same() { cmp -s "$1" "$2" || bad "$1 and $2 differ"; }
absent() { [ ! -e "$1" ] || bad "$1 is there"; }
# bytes FILE N...: the file's last bytes
bytes() {
    file=$1
    shift
    got=$(tail -c $# "$file" | od -An -v -tu1 | tr -s ' \n' ' ')
    [ "$got" = " $* " ] || [ "$got" = " $*" ] || bad "$file ends with $got, wanted $*"
}

# npy DESCR SHAPE <DATA >FILE: a version 1.0 header, 128 bytes long
npy() {
    printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '$1', 'fortran_order': False, 'shape': ($2), }"
    cat
}

finish() {
    [ $failures = 0 ] && echo "all passed" && exit 0
    echo "$failures failed"
    exit 1
}
