# cmake/bootstrap.sh on machines of other makes: each package manager is a stand-in on a PATH that holds nothing else. What it is asked
# for is right, is printed before it runs, and is nothing when the tools are there.
script=$SOURCE/cmake/bootstrap.sh
work=$BUILD/tests/api/bootstrap
shell=$(command -v sh)
tools="cmake cc ninja pkg-config c++ clang valgrind"
failed=0
complain() {
    echo "FAILED: $manager, $case: $*"
    sed 's/^/  | /' "$work/out"
    failed=1
}

stand_in() { # stand_in NAME <BODY
    { echo "#!$shell"; cat; } >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}

# A machine without any tool, whose user has this number.
machine() { # machine MANAGER UID
    manager=$1
    rm -rf "$work"
    mkdir -p "$work/bin" "$work/provided" || exit 1
    for one in dirname env sed cat cp; do ln -s "$(command -v $one)" "$work/bin/$one"; done
    echo "echo $2" | stand_in id
    for one in $tools; do printf '#!%s\nexit 0\n' "$shell" >"$work/provided/$one"; chmod +x "$work/provided/$one"; done
    # Installing anything brings all the tools, refreshing a list brings none.
    stand_in "$manager" <<EOF
echo "RAN $manager \$*"
case \$* in *update*) ;; *) cp "$work"/provided/* "$work/bin" ;; esac
EOF
}

bootstrap() { # bootstrap CODE WORD...
    want=$1
    shift
    env -i PATH="$work/bin" BUILD_DIR="$work/build" "$shell" "$script" "$@" >"$work/out" 2>&1
    code=$?
    [ $code = "$want" ] || complain "bootstrap.sh $* ended with $code, not $want"
}

says() { grep -qxF -e "$1" "$work/out" || complain "does not say '$1'"; }
runs() { sed -n 's/^RAN //p' "$work/out" >"$work/runs"; [ "$(cat "$work/runs")" = "$1" ] || complain "runs '$(cat "$work/runs")', not '$1'"; }
runs_nothing() { ! grep -q '^RAN ' "$work/out" || complain "runs something"; }

# Each line RAN x follows a line "+ ... x".
prints_first() {
    awk '/^\+ / { printed = $0 } /^RAN / { if (index(printed, substr($0, 5)) == 0) bad = 1 } END { exit bad }' "$work/out" ||
        complain "runs a command that it has not printed"
}

try() { # try MANAGER COMMAND...: asked for everything, as root it runs these commands, one in each argument
    machine "$1" 0
    shift
    expected=$(printf '%s\n' "$@")

    case="nothing there, --dry-run"
    bootstrap 0 deps --ci --dry-run
    runs_nothing
    for command do says "+ $(echo "$command" | sed 's/^apt-get install/env DEBIAN_FRONTEND=noninteractive &/')"; done

    case="nothing there"
    bootstrap 0 deps --ci
    runs "$expected"
    prints_first

    case="everything there"
    bootstrap 0 deps --ci
    runs_nothing
    says "bootstrap: all tools are there"
}

as_somebody() { # as_somebody MANAGER WORD: not root, it asks through this word, or says what root would have to do
    machine "$1" 1000
    case="not root"
    if [ "$manager" != brew ]; then
        bootstrap 1 deps
        runs_nothing
        grep -q 'neither sudo nor doas' "$work/out" || complain "does not say what is missing"
    fi
    case="not root, with $2"
    printf '"$@"\n' | stand_in "$2"
    bootstrap 0 deps
    prints_first
    grep -q "^+ $2 " "$work/out" || [ "$manager" = brew ] || complain "does not run by $2"
}

try apt-get 'apt-get update' \
    'apt-get install -y --no-install-recommends cmake gcc libc6-dev ninja-build make pkg-config libpng-dev libcmocka-dev g++ clang valgrind'
try dnf 'dnf install -y cmake gcc ninja-build make pkgconf-pkg-config libpng-devel libcmocka-devel gcc-c++ clang valgrind'
try zypper 'zypper --non-interactive install --no-recommends cmake gcc ninja pkg-config libpng-devel libcmocka-devel gcc-c++ clang valgrind'
try pacman 'pacman -Sy --needed --noconfirm cmake gcc ninja pkgconf libpng cmocka clang valgrind'
try apk 'apk add cmake gcc musl-dev samurai pkgconf libpng-dev cmocka-dev g++ clang compiler-rt valgrind'
try pkg 'pkg install -y cmake ninja pkgconf png cmocka valgrind'
try brew 'brew install cmake ninja pkgconf libpng cmocka'

for name in apt-get dnf zypper pacman apk pkg brew; do
    as_somebody $name sudo
    as_somebody $name doas
done

machine apt-get 0
cp "$work"/provided/* "$work/bin"
case="the whole way, --dry-run"
bootstrap 0 --dry-run
says "+ cmake -S $SOURCE -B $work/build -DSTRIDED_BUILD_TESTS=OFF"
says "+ $work/build/strided demo --output $work/build"
bootstrap 0 test --dry-run
says "+ cmake -S $SOURCE -B $work/build -DSTRIDED_BUILD_TESTS=ON"
says "+ ctest --output-on-failure --parallel 2"

machine apt-get 0
case="the list cannot be refreshed"
stand_in apt-get <<EOF
echo "RAN apt-get \$*"
case \$* in *update*) exit 1 ;; *) cp "$work"/provided/* "$work/bin" ;; esac
EOF
bootstrap 0 deps
says "bootstrap: the list of packages could not be refreshed; trying with the old one"

case="an installation that brings no compiler"
machine dnf 0
rm "$work/provided/cc"
bootstrap 1 deps
grep -q 'still missing after the installation: cc' "$work/out" || complain "does not say that cc is missing"

case="one without libpng and C++, which the library can do without"
machine brew 0
rm "$work/provided/c++"
printf '#!%s\n[ "$2" != libpng ]\n' "$shell" >"$work/provided/pkg-config"
bootstrap 0 deps
says "bootstrap: no libpng: the tool will not read or write PNG files"
says "bootstrap: no C++ compiler: the tests in C++ will be skipped"

case="only what no package of it brings"
machine pkg 0
cp "$work"/provided/* "$work/bin"
rm "$work/bin/c++"
bootstrap 0 deps
runs_nothing

case="no manager"
machine nobody 0
bootstrap 1 deps
grep -q 'no apt-get, dnf, zypper, pacman, apk, pkg or brew here' "$work/out" || complain "does not say so"

case="unknown word"
bootstrap 2 wombat
[ $failed = 0 ] && echo "seven managers"
exit $failed
