# docs/tutorial and docs/reference: every console is what the tool prints, every listing stands in a program of examples/ (in C++: of
# tests/api/consumer), every line of a shell block that calls the tool succeeds; and a reference page shows all that the program of its
# name prints, in order.
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/check.sh"
programs=$(dirname "$strided")/examples/reference
: >out
: >err

# blocks PAGE: into files console.001, console.002, ..., c.001, ..., cpp.001, ..., sh.001, ..., text.001, ...
blocks() {
    rm -f console.* c.* cpp.* sh.* text.*
    awk '/^```(console|c|cpp|sh|text)$/ { name = sprintf("%s.%03d", substr($0, 4), ++n[substr($0, 4)]); next }
         /^```/ { name = ""; next }
         name { print >name }' "$1"
}

there() { # there GLOB: the files that it names, one a line
    for one in $1; do [ -e "$one" ] && echo "$one"; done
}

consoles=0 listings=0 outputs=0
check_consoles() {
    for block in $(there 'console.*'); do
        consoles=$((consoles + 1))
        last=$(sed -n '1s/^\$ //p' "$block")
        case $last in "strided "*) ;; *) bad "$block does not begin with a command" ;; esac
        eval "\"\$strided\" ${last#strided }" >out 2>err </dev/null
        tail -n +2 "$block" >want
        cat out err | cmp -s want - || bad "the page says something else: $(cat out err | diff want - | head -20)"
    done
}

check_commands() {
    cat sh.* 2>/dev/null | sed -n 's/^strided //p' >commands
    while read -r words; do
        last="strided $words"
        eval "\"\$strided\" $words" >out 2>err </dev/null || bad "fails"
    done <commands
}

one_line() { tr '\n' '\001' <"$1"; }
check_listings() {
    for block in $(there 'c.*') $(there 'cpp.*'); do
        listings=$((listings + 1))
        last="$page: the listing $(head -1 "$block")"
        one_line "$block" >pattern
        found=no
        for program in "$root"/examples/*.c "$root"/examples/reference/*.c "$root"/tests/api/consumer/*.cpp; do
            one_line "$program" | grep -qF -f pattern && found=yes
        done
        [ $found = yes ] || bad "stands in no program of examples/"
    done
}

check_output() { # check_output PROGRAM
    outputs=$((outputs + 1))
    last=$1
    "$1" >out 2>err </dev/null || bad "fails"
    cat text.* >want
    cmp -s want out || bad "prints something else than $page shows: $(diff want out | head -20)"
}

for page in "$root"/docs/tutorial/*.md "$root"/docs/reference/*.md; do
    blocks "$page"
    check_consoles
    check_commands
    check_listings
    program=$programs/$(basename "$page" .md)
    case $page in
    */README.md) ;;
    *) [ ! -d "$programs" ] || check_output "$program" ;;
    esac
done

last="docs"
[ $consoles -ge 5 ] || bad "only $consoles consoles found"
[ $listings -ge 40 ] || bad "only $listings listings found"
[ ! -d "$programs" ] || [ $outputs -ge 10 ] || bad "only $outputs programs ran"
for program in "$root"/examples/reference/*.c; do
    [ -e "$root/docs/reference/$(basename "$program" .c).md" ] || bad "$program has no page"
done
finish
