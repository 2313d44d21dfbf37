# The tool as a whole: what commands there are, help for each, versions, unknown things.
manual=$(cd "$(dirname "$0")/../../tools" && pwd)/strided.1
. "$(dirname "$0")/check.sh"

commands="show conv pool explain demo bench info"

run 0 --version
grep -q '^strided [0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*$' out || bad "no version"
for words in help --help -h; do
    run 0 $words
    for command in $commands; do says "  $command "; done
done
for command in $commands; do
    run 0 help $command
    cp out first
    run 0 $command --help
    same first out
    run 0 $command some other --words -h
    same first out
    says "usage: strided $command"
    [ "$(wc -l <out)" -lt 40 ] || bad "the help has 40 lines or more"
    awk 'length > 80 { exit 1 }' out || bad "the help is wider than 80 columns"
    run 2 $command --no-such-option
    complains "strided $command: unknown option --no-such-option"
    complains "strided $command --help"
    run 2 $command -Z
    complains "unknown option -Z"
done
run 0 help
[ "$(grep -c '^  [a-z][a-z]* ' out)" = $(($(echo $commands | wc -w) + 1)) ] || bad "other commands than: help $commands"

# The manual page has a section for each command, and all of its options there.
for command in $commands; do
    sed 's/\\-/-/g' "$manual" | awk -v name="$command" '/^\.S[SH] / { on = $1 == ".SS" && $3 == name } on' >section
    [ -s section ] || bad "the manual page has no section about $command"
    run 0 $command --help
    for option in $(grep -o -e '--[a-z-]*[a-z]' out | sort -u); do
        grep -qF -e "$option" section || bad "the manual page does not speak of $option"
    done
done
run 2
run 2 no-such-command
complains "no command 'no-such-command'"
run 2 help no-such-command
run 2 --no-such-option
for words in --version -V --help -h 'help show'; do
    run 2 $words surplus
    complains "what is 'surplus'?"
done

run 0 info
says libstrided
says kernels
run 0 info --json
says '"version": "'
says '"isa_found": ["scalar"'
says '"usable_threads": '
run 2 info surplus
run 2 info --json=yes
complains "takes no value"
last="STRIDED_MAX_ISA=scalar strided info --json"
STRIDED_MAX_ISA=scalar "$strided" info --json >out 2>err || bad "failed"
says '"isa": "scalar"'
says '"isa_cap": "scalar"'
last="STRIDED_MAX_ISA=sse9 strided info"
STRIDED_MAX_ISA=sse9 "$strided" info >out 2>err || bad "failed"
says 'STRIDED_MAX_ISA=sse9 names none and caps nothing'
STRIDED_MAX_ISA=sse9 "$strided" info --json >out 2>err || bad "failed"
says '"isa_cap": null'

if [ -w /dev/full ]; then
    last="strided help >/dev/full"
    "$strided" help >/dev/full 2>err && bad "no error on a full disk"
fi
finish
