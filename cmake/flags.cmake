# What every file of the library is compiled with (STRIDED_FLAGS), and the shared library linked with
# (STRIDED_SHARED_LINK_FLAGS). Flags that a compiler or linker does not know are left out.
include(CheckCCompilerFlag)
include(CheckCSourceCompiles)

set(STRIDED_WARNINGS -Wall -Wextra -Wpedantic -Wconversion)
check_c_compiler_flag(-Wenum-float-conversion STRIDED_HAS_WENUM_FLOAT_CONVERSION)
if(STRIDED_HAS_WENUM_FLOAT_CONVERSION)
  list(APPEND STRIDED_WARNINGS -Wno-enum-float-conversion) # integer constants are enumerators here, and C is content
endif()

# A product and a sum are fused where the source says so, and nowhere else: results do not depend on the compiler.
set(STRIDED_FLAGS ${STRIDED_WARNINGS} -ffp-contract=off)

# So on 32-bit x86, whose registers of old keep more bits than results have: what has no SSE2 is not served.
check_c_source_compiles("#ifndef __i386__\n#error\n#endif\nint main(void) { return 0; }" STRIDED_I386)
if(STRIDED_I386)
  add_compile_options(-msse2 -mfpmath=sse -Wno-psabi) # tests and their references as well
endif()

function(strided_flag name)
  string(MAKE_C_IDENTIFIER "STRIDED_HAS${name}" known)
  check_c_compiler_flag(${name}${ARGN} ${known})
  if(${known})
    set(STRIDED_FLAGS ${STRIDED_FLAGS} ${name}${ARGN} PARENT_SCOPE)
  endif()
endfunction()

strided_flag(-fno-semantic-interposition)            # our calls to our own functions do not go through the PLT
set(STRIDED_SHORT_NAMES "=${PROJECT_SOURCE_DIR}/=") # the same bytes from any folder, and short names in asserts
strided_flag(-ffile-prefix-map ${STRIDED_SHORT_NAMES})

function(strided_link_flag name)
  string(MAKE_C_IDENTIFIER "STRIDED_HAS_LINK${name}" known)
  set(CMAKE_REQUIRED_LINK_OPTIONS ${name})
  check_c_source_compiles("int main(void) { return 0; }" ${known})
  if(${known})
    set(STRIDED_SHARED_LINK_FLAGS ${STRIDED_SHARED_LINK_FLAGS} ${name} PARENT_SCOPE)
  endif()
endfunction()

set(STRIDED_SHARED_LINK_FLAGS)
if(UNIX AND NOT APPLE)
  strided_link_flag(-Wl,--as-needed)
  strided_link_flag(-Wl,--no-undefined-version) # a name in the map that the library lacks is an error
  if(NOT CMAKE_C_FLAGS MATCHES "-fsanitize")    # clang leaves the sanitizer's own names to the program
    strided_link_flag(-Wl,-z,defs)
  endif()
  strided_link_flag(-Wl,-z,nodelete) # dlclose() never takes code away from under a thread of a pool
  list(APPEND STRIDED_SHARED_LINK_FLAGS -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/strided.map)
endif()
