# The target that prints what the tests have covered so far (preset coverage). Sources have names relative to the project's
# folder, so gcov runs there.
find_program(STRIDED_GCOV gcov)
add_custom_target(strided_coverage
  COMMAND find ${PROJECT_BINARY_DIR}/CMakeFiles/strided_objects.dir/src -name "*.gcno" -exec ${STRIDED_GCOV} -t -b -c {} +
          > ${PROJECT_BINARY_DIR}/coverage.gcov
  COMMAND awk -v LEAST=95 -f ${PROJECT_SOURCE_DIR}/cmake/coverage.awk ${PROJECT_BINARY_DIR}/coverage.gcov
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
