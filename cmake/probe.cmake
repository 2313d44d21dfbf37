# What one core can do at most (bench/probe_isa.c), compiled once per instruction set. STRIDED_PROBES are the objects.
function(strided_probe name)
  add_library(strided_probe_${name} OBJECT ${PROJECT_SOURCE_DIR}/bench/probe_isa.c)
  target_compile_definitions(strided_probe_${name} PRIVATE PROBE=${name})
  target_compile_options(strided_probe_${name} PRIVATE ${STRIDED_WARNINGS} -O3 -ffp-contract=fast ${ARGN})
  set(STRIDED_PROBES ${STRIDED_PROBES} $<TARGET_OBJECTS:strided_probe_${name}> PARENT_SCOPE)
endfunction()

set(STRIDED_PROBES)
strided_probe(sse2)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  strided_probe(avx2 -mavx2 -mfma)
  strided_probe(avx512 -mavx512f -mfma)
endif()
