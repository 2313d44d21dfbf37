# docs/tutorial: every console is what the tool prints, every C listing stands in a program of examples/.
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/check.sh"
page=$root/docs/tutorial/README.md

# Blocks into files: console.1, console.2, ..., c.1, c.2, ...
awk '/^```(console|c)$/ { name = substr($0, 4) "." ++n[substr($0, 4)]; next }
     /^```/ { name = ""; next }
     name { print >name }' "$page"

consoles=0
for block in console.*; do
    consoles=$((consoles + 1))
    last=$(sed -n '1s/^\$ //p' "$block")
    case $last in "strided "*) ;; *) bad "$block does not begin with a command" ;; esac
    eval "\"\$strided\" ${last#strided }" >out 2>err </dev/null
    tail -n +2 "$block" >want
    cat out err | cmp -s want - || bad "the page says something else: $(cat out err | diff want - | head -20)"
done
[ $consoles -ge 5 ] || bad "only $consoles consoles found"

: >out
: >err
one_line() { tr '\n' '\001' <"$1"; }
listings=0
for block in c.*; do
    listings=$((listings + 1))
    last="the listing $(head -1 "$block")"
    one_line "$block" >pattern
    found=no
    for program in "$root"/examples/*.c; do
        one_line "$program" | grep -qF -f pattern && found=yes
    done
    [ $found = yes ] || bad "stands in no program of examples/"
done
[ $listings -ge 5 ] || bad "only $listings listings found"
finish
