# One line per instruction set: src/kernels/isa.c compiled with its flags, giving strided__kernels_<name>.
# The level comes after the build type's own: kernels are always optimised. -O3, and clang's unrolling at -O2, would double their size for nothing.
include(CheckCCompilerFlag)
check_c_compiler_flag("-O2 -Werror -fvect-cost-model=very-cheap --param=vect-epilogues-nomask=0" STRIDED_HAVE_COST_MODEL)
set(STRIDED_ISA_LEVEL -Os -fno-unroll-loops)
# clang's words for what GCC does below, or by itself: what is the same, or not to be inlined, stands once, and nothing twice to save a jump; loops
# become no calls, and vectors are what the source asks for.
set(STRIDED_ISA_CLANG "-mllvm -inline-threshold=0" "-mllvm -jump-threading-threshold=0" "-mllvm -tail-dup-placement=0"
    "-mllvm -disable-loop-idiom-all" "-Xclang -fmerge-functions")
string(JOIN " " STRIDED_ISA_CLANG_LINE ${STRIDED_ISA_CLANG})
check_c_compiler_flag("${STRIDED_ISA_CLANG_LINE}" STRIDED_HAVE_CLANG_PASSES)
if(STRIDED_HAVE_CLANG_PASSES)
  list(TRANSFORM STRIDED_ISA_CLANG PREPEND "SHELL:")
  set(STRIDED_ISA_LEVEL -O2 -fno-unroll-loops -fno-vectorize -fno-slp-vectorize ${STRIDED_ISA_CLANG})
  set(STRIDED_ISA_SMALL -Os)
endif()
if(STRIDED_HAVE_COST_MODEL)
  # What whole vectors leave of a loop is no loop of shorter vectors: the source takes the last ones again where that matters.
  set(STRIDED_ISA_LEVEL -O2 -ftree-vectorize -fvect-cost-model=cheap -falign-jumps=1 -falign-functions=1
      --param=vect-epilogues-nomask=0)
  set(STRIDED_ISA_CALLS -finline-limit=20) # what the source does not want inlined stands once
  # The set that only old machines are left with: vectors that the source asks for, and nothing that stands twice to save a jump.
  set(STRIDED_ISA_SMALL -fvect-cost-model=very-cheap -falign-loops=1 ${STRIDED_ISA_CALLS} -fno-tree-ch -fno-tree-pre
      --param=max-grow-copy-bb-insns=1 --param=max-jump-thread-duplication-stmts=1)
  set(STRIDED_ISA_WIDE -falign-loops=1) # loops of long instructions
endif()

set(STRIDED_ISA_OBJECTS)
function(strided_isa name)
  add_library(strided_isa_${name} OBJECT ${CMAKE_CURRENT_SOURCE_DIR}/src/kernels/isa.c)
  target_include_directories(strided_isa_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/include)
  target_compile_definitions(strided_isa_${name} PRIVATE ISA=${name} STRIDED_BUILDING)
  target_compile_options(strided_isa_${name} PRIVATE ${STRIDED_FLAGS} ${STRIDED_ISA_LEVEL} -fno-math-errno -fno-trapping-math ${ARGN})
  set(STRIDED_ISA_OBJECTS ${STRIDED_ISA_OBJECTS} $<TARGET_OBJECTS:strided_isa_${name}> PARENT_SCOPE)
endfunction()

strided_isa(scalar ${STRIDED_ISA_SMALL})
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  strided_isa(avx2   ${STRIDED_ISA_CALLS} -mavx2 -mfma -mf16c)
  strided_isa(avx512 ${STRIDED_ISA_WIDE} ${STRIDED_ISA_CALLS} -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mf16c)
  target_compile_definitions(strided_objects PRIVATE STRIDED_HAVE_AVX2 STRIDED_HAVE_AVX512)
  include(CheckCSourceCompiles)
  check_c_source_compiles("#include <sys/syscall.h>\nint main(void) { __asm__ volatile(\"tdpbusd %tmm2, %tmm1, %tmm0; tdpbf16ps %tmm2, %tmm1, %tmm0\"); return SYS_arch_prctl; }" STRIDED_HAVE_AMX)
  if(STRIDED_HAVE_AMX) # Linux, and an assembler that knows it
    target_compile_definitions(strided_objects PRIVATE STRIDED_HAVE_AMX)
    target_compile_definitions(strided_isa_avx512 PRIVATE STRIDED_HAVE_AMX)
  endif()
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64|ARM64")
  strided_isa(neon   -DSTRIDED_NEON) # every processor has it
  target_compile_definitions(strided_objects PRIVATE STRIDED_HAVE_NEON)
endif()
