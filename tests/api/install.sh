# Installs into a folder of the build, for the tests of consume.sh, and looks at what strided.pc says for other kinds of prefix.
stage=$BUILD/tests/api/stage
rm -rf "$stage"
"$CMAKE" --install "$BUILD" --prefix "$stage/prefix" >"$BUILD/tests/api/install.log" || exit 1
failed=0

expect() { # expect FILE LINE
    grep -q -x -F "$2" "$1" && return
    echo "$1: no line '$2'; it says:"
    cat "$1"
    failed=1
}

# A system prefix is spelled out; staging with DESTDIR leaves no trace of the stage.
DESTDIR=$stage/dest "$CMAKE" --install "$BUILD" --prefix /usr >/dev/null || exit 1
pc=$(find "$stage/dest" -name strided.pc)
expect "$pc" 'prefix=/usr'
expect "$pc" 'includedir=${prefix}/include'
grep -r -l "$stage" "$stage/dest" --include='*.pc' --include='*.cmake' && { echo "the stage's name is installed"; failed=1; }

# An absolute library folder stays what it is, the relocatable form is relative to the file.
settings="$BUILD/tests/api/install-pc"
try() { # try RELOCATABLE LIBDIR PREFIX
    sed -e "s|^set(libdir .*|set(libdir \"$2\")|" -e "s|^set(relocatable .*|set(relocatable \"$1\")|" \
        -e "s|\"$BUILD/strided.pc\"|\"$settings.pc\"|" "$BUILD/install-pc.cmake" >"$settings.cmake"
    "$CMAKE" -DCMAKE_INSTALL_PREFIX="$3" -P "$settings.cmake" || failed=1
}
try AUTO /nix/lib/lib /nix/out
expect "$settings.pc" 'prefix=/nix/out'
expect "$settings.pc" 'libdir=/nix/lib/lib'
try ON lib/x86_64-linux-gnu /usr
expect "$settings.pc" 'prefix=${pcfiledir}/../../..'
try OFF lib /opt/strided
expect "$settings.pc" 'prefix=/opt/strided'
try AUTO lib /opt/strided
expect "$settings.pc" 'prefix=${pcfiledir}/../..'
exit $failed
