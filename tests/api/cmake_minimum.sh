# The oldest CMake that is promised is seldom the one that runs the tests: what later versions added is not used. Presets are for
# newer ones and say so themselves.
cd "$SOURCE" || exit 1
oldest=$(sed -n 's/^cmake_minimum_required(VERSION \([0-9.]*\))$/\1/p' CMakeLists.txt)
[ "$oldest" = 3.16 ] || { echo "CMakeLists.txt wants CMake $oldest; this list begins behind 3.16"; exit 1; }

# Extended regular expressions, a line for what a few versions brought.
newer='
^ *(block|cmake_language|cmake_path|cmake_file_api|cmake_pkg_config|cmake_instrumentation) *\(
string *\( *(HEX|JSON)|file *\( *(CONFIGURE|ARCHIVE_|REAL_PATH|CHMOD|COPY_FILE)|list *\(.* NATURAL|return *\( *PROPAGATE
IN ZIP_LISTS|PATH_EQUAL|CHECK_START|COMMAND_ERROR_IS_FATAL|find_(program|library|path|file) *\(.* (REQUIRED|VALIDATOR)
FILE_SET|IMPORTED_RUNTIME_ARTIFACTS|RUNTIME_DEPENDENCY_SET|PROJECT_IS_TOP_LEVEL|CMAKE_CURRENT_FUNCTION|_(FIND_)?VERSION_RANGE
[$]<(LINK_LANG|LINK_LIBRARY|LINK_GROUP|DEVICE_LINK|HOST_LINK|PATH|LIST|TARGET_RUNTIME_DLL|COMPILE_ONLY|CONFIG:[A-Za-z]+,)
ctest .*--test-dir|cmake .*(--fresh|--list-presets)'

failed=0
for file in CMakeLists.txt README.md cmake/*.cmake cmake/*.in cmake/bootstrap.sh $(find tests tools examples bench packaging docs \
        -name CMakeLists.txt -o -name '*.cmake' -o -name '*.md' -o -name '*.sh'); do
    [ "$file" = tests/api/cmake_minimum.sh ] && continue
    echo "$newer" | sed '/^$/d' | grep -nE -f /dev/stdin "$file" | sed "s|^|$file:|" | grep . && failed=1
done
[ $failed = 0 ] && echo "nothing is newer than CMake $oldest"
exit $failed
