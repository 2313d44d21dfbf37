#!/bin/sh
# build-deb.sh [FOLDER]   Builds the Debian packages of this tree into FOLDER (default: ./build-deb), and runs lintian if it is there.
# packaging/debian lies under packaging/ so that Debian's own debian/ meets nothing; here it moves to where dpkg wants it.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
out=${1:-build-deb}
version=$(sed -n '1s/.*(\(.*\)-[0-9]*).*/\1/p' "$root/packaging/debian/changelog")
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -rf "$out/strided-$version"
mkdir "$out/strided-$version"

(cd "$root" && git ls-files -z | tar cf - --null -T -) | tar xf - -C "$out/strided-$version"
tar czf "$out/strided_$version.orig.tar.gz" -C "$out" "strided-$version"
cp -R "$root/packaging/debian" "$out/strided-$version/debian"
cd "$out/strided-$version"
dpkg-buildpackage -us -uc
command -v lintian >/dev/null || exit 0
lintian --info --pedantic --fail-on error,warning ../*.changes
