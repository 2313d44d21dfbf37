# check_program.sh - what the check_runs.sh of each example share: they set `program`, and run in a folder of their own, which
# goes when they end.
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

wrong() { echo "check_runs: $*" >&2; exit 1; }

# expect CODE ARGUMENTS...: that exit code, and one line on stderr if it is not 0. Output lies in `out` and `err`.
expect() {
    code=$1; shift
    "$program" "$@" >out 2>err
    got=$?
    [ $got -eq "$code" ] || wrong "$* gave exit code $got: $(cat err)"
    [ "$code" -eq 0 ] || [ "$(wc -l <err)" -eq 1 ] || wrong "$* should say one line: $(cat err)"
}
