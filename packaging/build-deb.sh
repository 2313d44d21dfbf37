#!/bin/sh
# build-deb.sh [FOLDER]   Builds the Debian packages of this tree into FOLDER (default: ./build-deb), and runs lintian if it is there.
# packaging/debian lies under packaging/ so that Debian's own debian/ meets nothing; here it moves to where dpkg wants it. The same tree
# gives the same files, byte for byte: all times are that of the changelog.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
out=${1:-build-deb}
version=$(sed -n '1s/.*(\(.*\)-[0-9]*).*/\1/p' "$root/packaging/debian/changelog")
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -rf "$out/strided-$version"
mkdir "$out/strided-$version"

(cd "$root" && git ls-files -z | tar cf - --null -T -) | tar xf - -C "$out/strided-$version"
seconds=$(dpkg-parsechangelog -l "$root/packaging/debian/changelog" -S Timestamp)
tar cf - --sort=name --mtime="@$seconds" --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw -C "$out" "strided-$version" |
    gzip -9n >"$out/strided_$version.orig.tar.gz"
cp -R "$root/packaging/debian" "$out/strided-$version/debian"
cd "$out/strided-$version"
dpkg-buildpackage -us -uc
command -v lintian >/dev/null || exit 0
lintian --info --pedantic --fail-on error,warning ../*.changes
