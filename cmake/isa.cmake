# One line per instruction set: src/kernels/isa.c compiled with its flags, giving strided__kernels_<name>.
# -O3 comes after the build type's own level: kernels are always optimised.
set(STRIDED_ISA_OBJECTS)
function(strided_isa name)
  add_library(strided_isa_${name} OBJECT ${CMAKE_CURRENT_SOURCE_DIR}/src/kernels/isa.c)
  target_include_directories(strided_isa_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/include)
  target_compile_definitions(strided_isa_${name} PRIVATE ISA=${name} STRIDED_BUILDING)
  target_compile_options(strided_isa_${name} PRIVATE ${STRIDED_FLAGS} -O3 -fno-math-errno -fno-trapping-math ${ARGN})
  set(STRIDED_ISA_OBJECTS ${STRIDED_ISA_OBJECTS} $<TARGET_OBJECTS:strided_isa_${name}> PARENT_SCOPE)
endfunction()

strided_isa(scalar)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  strided_isa(avx2   -mavx2 -mfma -mf16c)
  strided_isa(avx512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mf16c)
  target_compile_definitions(strided_objects PRIVATE STRIDED_HAVE_AVX2 STRIDED_HAVE_AVX512)
endif()
