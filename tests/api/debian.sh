# packaging/debian places each file that is installed: in one of its packages, or among those that go to none.
stage=$BUILD/tests/api/stage/prefix
lists=$(cat "$SOURCE"/packaging/debian/*.install "$SOURCE/packaging/debian/not-installed")
library=$(dirname "$(find "$stage" -name libstrided.so)")
folder=${library#"$stage"/}
count=0 failed=0

set -f
placed() { # placed FILE: a pattern names it, or a folder above it
    for pattern in $lists; do
        case $1 in $pattern | $pattern/*) return 0 ;; esac
    done
    return 1
}
for file in $(find "$stage" ! -type d | sort); do
    file=usr/$(echo "${file#"$stage"/}" | sed "s|^$folder/|lib/triplet/|")
    count=$((count + 1))
    placed "$file" && continue
    echo "in no package of packaging/debian: $file"
    failed=1
done
[ $count -gt 0 ] || { echo "nothing is installed in $stage"; exit 1; }
[ $failed = 0 ] && echo "$count files have their package"
exit $failed
