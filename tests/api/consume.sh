# consume.sh WAY   Programs of somebody else, in C and in C++, find the library in one of the ways there are, and run.
way=$1
here=$SOURCE/tests/api
stage=$BUILD/tests/api/stage
work=$BUILD/tests/api/$way
rm -rf "$work"
mkdir -p "$work" || exit 1
cd "$work" || exit 1
failed=0

run() { # run TITLE COMMAND...: what it prints is shown when it fails
    title=$1
    shift
    "$@" >"$work/log" 2>&1 && return
    echo "$title FAILED: $*"
    cat "$work/log"
    failed=1
    return 1
}

# ---- pkg-config --------------------------------------------------------------------------------------

compile_and_run() { # compile_and_run NAME LIBRARY_PATH pkg-config-flag... -- compiler-flag...
    name=$1 path=$2 asked=
    shift 2
    while [ "$1" != -- ]; do
        asked="$asked $1"
        shift
    done
    shift
    flags=$(pkg-config $asked --cflags --libs strided) || { echo "$name: pkg-config failed"; failed=1; return; }
    strict='-Wall -Wextra -Wpedantic -Werror'
    run "$name, C" "$CC" -std=c11 $strict "$@" "$here/consumer/consumer.c" $flags -o "$name-c" &&
        run "$name, C" env LD_LIBRARY_PATH="$path" "./$name-c"
    [ -n "$CXX" ] || { echo "$name: no C++ compiler, C only"; return; }
    run "$name, C++" "$CXX" -std=c++11 $strict "$@" "$here/consumer/consumer.cpp" $flags -o "$name-cxx" &&
        run "$name, C++" env LD_LIBRARY_PATH="$path" "./$name-cxx"
}

library_folder() { # library_folder PREFIX
    dirname "$(find "$1" -name libstrided.so)"
}

pkg_config() { # pkg_config NAME PREFIX
    lib=$(library_folder "$2")
    PKG_CONFIG_PATH=$lib/pkgconfig
    export PKG_CONFIG_PATH
    compile_and_run "$1" "$lib" --
}

# As distributions do it: everything static, where the C library can be linked so. And libstrided.a alone, all else shared.
pkg_config_static() {
    cp -R "$stage/prefix" only-static
    find only-static -name 'libstrided.so*' -exec rm {} +
    PKG_CONFIG_PATH=$(dirname "$(find "$work/only-static" -name strided.pc)")
    export PKG_CONFIG_PATH
    compile_and_run archive "" --static --
    echo 'int main(void) { return 0; }' >empty.c
    if "$CC" -static empty.c -o empty 2>/dev/null; then
        compile_and_run static "" --static -- -static
    else
        echo "this C library cannot be linked statically"
    fi
}

# ---- CMake -------------------------------------------------------------------------------------------

consumer() { # consumer NAME cmake-option...
    name=$1
    shift
    run "$name" "$CMAKE" -S "$here/consumer" -B "$name" -G "$GENERATOR" -DCMAKE_C_COMPILER="$CC" "$@" &&
        run "$name" "$CMAKE" --build "$name" &&
        run "$name" "$name/consumer"
}

in_cxx() { # the same project in C++ alone
    [ -n "$CXX" ] || { echo "$1: no C++ compiler, C only"; return; }
    consumer "$@" -DCONSUMER_LANGUAGE=CXX -DCMAKE_CXX_COMPILER="$CXX"
}

links_to_shared() { "$READELF" -d "$1/consumer" | grep -q 'NEEDED.*libstrided.so.0'; }

find_package() { # find_package NAME PREFIX
    consumer "$1-c" -DCMAKE_PREFIX_PATH="$2"
    in_cxx "$1-cxx" -DCMAKE_PREFIX_PATH="$2"
    links_to_shared "$1-c" || { echo "$1: the default is not the shared library"; failed=1; }
}

find_package_components() {
    prefix=-DCMAKE_PREFIX_PATH=$stage/prefix
    consumer shared "$prefix" -DCONSUMER_COMPONENTS=shared
    consumer static "$prefix" -DCONSUMER_COMPONENTS=static
    in_cxx static-cxx "$prefix" -DCONSUMER_COMPONENTS=static
    consumer both "$prefix" "-DCONSUMER_COMPONENTS=shared;static" -DCONSUMER_TARGET=strided::static
    consumer static-by-variable "$prefix" -DBUILD_SHARED_LIBS=OFF
    links_to_shared shared || { echo "component shared is not"; failed=1; }
    for name in static static-cxx both static-by-variable; do
        [ -d "$name" ] && links_to_shared "$name" && { echo "$name links to the shared library"; failed=1; }
    done

    refused unknown "libstrided has the components shared and static, not 'fast'" "$prefix" -DCONSUMER_COMPONENTS=fast
    refused version 'version: 0.1.0' "$prefix" -DCONSUMER_VERSION=0.2
    cp -R "$stage/prefix" without-static
    find without-static \( -name 'strided-static-targets*' -o -name libstrided.a \) -exec rm {} +
    consumer shared-alone -DCMAKE_PREFIX_PATH="$work/without-static"
    refused static-missing 'installed here without its static library' \
        -DCMAKE_PREFIX_PATH="$work/without-static" -DCONSUMER_COMPONENTS=static
}

refused() { # refused NAME SENTENCE cmake-option...
    name=$1 sentence=$2
    shift 2
    "$CMAKE" -S "$here/consumer" -B "$name" -G "$GENERATOR" -DCMAKE_C_COMPILER="$CC" "$@" >"$work/log" 2>&1 && {
        echo "$name: was not refused"
        failed=1
        return
    }
    tr '\n' ' ' <"$work/log" | tr -s ' ' | grep -q -F "$sentence" && return
    echo "$name: was refused without saying '$sentence':"
    cat "$work/log"
    failed=1
}

# A parent project gets the target and nothing else: not our tests, tool, examples, installed files.
subdirectory() {
    consumer parent -DCONSUMER_SUBDIRECTORY="$SOURCE" -DCMAKE_INSTALL_PREFIX="$work/root"
    tests=$(cd parent && ctest -N | sed -n 's/^Total Tests: //p')
    [ "$tests" = 1 ] || { echo "the parent has $tests tests, not its own one"; failed=1; }
    run install "$CMAKE" --install parent
    installed=$(cd root && find . -type f)
    [ "$installed" = ./bin/consumer ] || { echo "the parent installs" $installed; failed=1; }
    [ -e parent/strided/strided ] && { echo "the tool was built"; failed=1; }

    # In a parent without C, static; one compilation of the library is enough.
    [ -n "$CXX" ] || return
    run parent-cxx "$CMAKE" -S "$here/consumer" -B parent-cxx -G "$GENERATOR" -DCMAKE_CXX_COMPILER="$CXX" \
        -DCONSUMER_LANGUAGE=CXX -DCONSUMER_SUBDIRECTORY="$SOURCE" -DBUILD_SHARED_LIBS=OFF
}

# The program in README.md, compiled by the line under it.
readme() {
    PKG_CONFIG_PATH=$BUILD
    export PKG_CONFIG_PATH
    sed -n '/^```c$/,/^```$/p' "$SOURCE/README.md" | sed '/^```/d' >program.c
    line=$(sed -n 's/^cc \(program.c .* -o program\)$/\1/p' "$SOURCE/README.md")
    [ -n "$line" ] || { echo "README.md has no line 'cc program.c ... -o program'"; failed=1; return; }
    run "compile: cc $line" sh -c "$CC $line" &&
        run "run" env LD_LIBRARY_PATH="$BUILD" ./program &&
        { grep -q ': 4$' "$work/log" || { echo "it says:"; cat "$work/log"; failed=1; }; }
}

case $way in
readme)                  readme ;;
pkg_config)              pkg_config installed "$stage/prefix" ;;
pkg_config_static)       pkg_config_static ;;
find_package)            find_package installed "$stage/prefix" ;;
find_package_components) find_package_components ;;
uninstalled)             PKG_CONFIG_PATH=$BUILD; export PKG_CONFIG_PATH; compile_and_run uninstalled "$BUILD" -- ;;
subdirectory)            subdirectory ;;
moved)
    run install "$CMAKE" --install "$BUILD" --prefix "$work/before" && mv before after
    pkg_config pc "$work/after"
    find_package cmake "$work/after"
    ;;
*) echo "no way '$way'"; failed=1 ;;
esac
[ $failed = 0 ] && echo "$way: fine"
exit $failed
