#!/bin/sh
# bootstrap.sh - from a bare machine to a built libstrided, in one command.
#
#     sh cmake/bootstrap.sh                  install what is missing, build, run the demo
#     sh cmake/bootstrap.sh test             install what is missing, build, run every test
#     sh cmake/bootstrap.sh deps             install what is missing for that
#     sh cmake/bootstrap.sh deps --ci        ... and for the continuous integration (clang, valgrind)
#
# --dry-run says which commands would install something, and runs nothing. Every command is printed before it runs. Packages come
# from the system's own manager; when all tools are there, nothing is touched. The build goes to ./build, or to $BUILD_DIR.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=${BUILD_DIR:-$root/build}
mode=demo dry='' ci=''
for word do
    case $word in
    demo | test | deps) mode=$word ;;
    --dry-run) dry=yes ;;
    --ci) ci=yes ;;
    -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d'; exit 0 ;;
    *) echo "bootstrap: unknown argument '$word'; --help says which there are" >&2; exit 2 ;;
    esac
done

die() { echo "bootstrap: $*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
run() {
    echo "+ $*"
    [ -n "$dry" ] || "$@"
}

# ---- what is missing --------------------------------------------------------------------------------

pkg_config() { if has pkg-config; then pkg-config "$@"; else pkgconf "$@"; fi 2>/dev/null; }

missing=
need() { # need THING COMMAND...: the command succeeds if the thing is there
    thing=$1
    shift
    "$@" || missing="$missing $thing"
}
find_missing() {
    missing=
    need cmake has cmake
    need cc has "${CC:-cc}"
    need ninja any ninja ninja-build samu make gmake
    need pkg-config any pkg-config pkgconf
    need png pkg_config --exists libpng
    if [ "$mode" != demo ]; then
        need cmocka pkg_config --exists 'cmocka >= 1.1.5'
        need c++ any "${CXX:-c++}" g++ clang++
    fi
    if [ -n "$ci" ]; then
        need clang has clang
        need valgrind has valgrind
    fi
}
any() { for one do has "$one" && return; done; return 1; }

# ---- what that is called here -----------------------------------------------------------------------

manager() { # nothing if there is none
    for one in apt-get dnf zypper pacman apk pkg brew; do
        if has $one; then echo $one && return; fi
    done
}

package() { # package MANAGER THING
    case $1:$2 in
    apt-get:cc)         echo gcc libc6-dev ;;
    apt-get:cmocka)     echo libcmocka-dev ;;
    apt-get:png)        echo libpng-dev ;;
    apt-get:c++)        echo g++ ;;
    dnf:pkg-config)     echo pkgconf-pkg-config ;;
    dnf:cmocka)         echo libcmocka-devel ;;
    zypper:cmocka)      echo libcmocka-devel ;;
    dnf:png | zypper:png) echo libpng-devel ;;
    dnf:c++ | zypper:c++) echo gcc-c++ ;;
    apk:cc)             echo gcc musl-dev ;;
    apk:ninja)          echo samurai ;;
    apk:cmocka)         echo cmocka-dev ;;
    apk:png)            echo libpng-dev ;;
    apk:c++)            echo g++ ;;
    apk:clang)          echo clang compiler-rt ;;
    apt-get:ninja | dnf:ninja) echo ninja-build make ;; # make too: cmake takes it where nobody names a generator
    apt-get:pkg-config) echo pkg-config ;;
    pkg:png)            echo png ;;
    pkg:cc | pkg:c++ | pkg:clang | brew:cc | brew:c++ | brew:clang | brew:valgrind) ;; # come with the system, or not at all
    zypper:pkg-config)  echo pkg-config ;;
    *:cc | *:c++)       echo gcc ;;
    *:pkg-config)       echo pkgconf ;;
    *:png)              echo libpng ;;
    *)                  echo "$2" ;;
    esac
}

as_root() {
    if [ "$(id -u)" = 0 ]; then run "$@"
    elif has sudo; then run sudo "$@"
    elif has doas; then run doas "$@"
    else
        echo "+ $*"
        [ -n "$dry" ] || die "this wants root, and there is neither sudo nor doas: run the line above as root"
    fi
}

install_packages() { # install_packages MANAGER PACKAGE...
    tool=$1
    shift
    case $tool in
    apt-get)
        as_root apt-get update || echo "bootstrap: the list of packages could not be refreshed; trying with the old one"
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ;;
    dnf)    as_root dnf install -y "$@" ;;
    zypper) as_root zypper --non-interactive install --no-recommends "$@" ;;
    pacman) as_root pacman -Sy --needed --noconfirm "$@" ;;
    apk)    as_root apk add "$@" ;;
    pkg)    as_root pkg install -y "$@" ;;
    brew)   run brew install "$@" ;;
    esac
}

install_missing() {
    find_missing
    if [ -z "$missing" ]; then
        echo "bootstrap: all tools are there"
        return
    fi
    echo "bootstrap: missing:$missing"
    tool=$(manager)
    [ -n "$tool" ] || die "no apt-get, dnf, zypper, pacman, apk, pkg or brew here: install them by hand"
    packages=
    for thing in $missing; do
        for one in $(package "$tool" "$thing"); do
            case " $packages " in *" $one "*) ;; *) packages="$packages $one" ;; esac
        done
    done
    # shellcheck disable=SC2086
    [ -z "$packages" ] || install_packages "$tool" $packages
    [ -n "$dry" ] && return
    find_missing
    for thing in $missing; do
        case $thing in
        png) echo "bootstrap: no libpng: the tool will not read or write PNG files" ;;
        c++) echo "bootstrap: no C++ compiler: the tests in C++ will be skipped" ;;
        *) die "still missing after the installation: $thing" ;;
        esac
    done
}

# ---- build, and show it ---------------------------------------------------------------------------

configure_and_build() { # configure_and_build cmake-option...
    # What CMAKE_GENERATOR says, or else ninja; a folder that is configured stays as it is.
    if [ -z "${CMAKE_GENERATOR:-}" ] && any ninja ninja-build samu && [ ! -e "$build/CMakeCache.txt" ]; then
        CMAKE_GENERATOR=Ninja
        export CMAKE_GENERATOR
    fi
    jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
    run cmake -S "$root" -B "$build" "$@"
    run cmake --build "$build" --parallel "$jobs"
}

install_missing
case $mode in
deps) ;;
demo)
    configure_and_build -DSTRIDED_BUILD_TESTS=OFF
    run "$build/strided" demo --output "$build"
    ;;
test)
    configure_and_build -DSTRIDED_BUILD_TESTS=ON
    [ -n "$dry" ] || cd "$build"
    run ctest --output-on-failure --parallel "$jobs"
    ;;
esac
