/*
 * test_cpu.c - names of instruction sets, what the machine has, and STRIDED_MAX_ISA. The answer is kept for the life
 * of a process, so each value of the variable is tried in a child.
 */
#include "src/base/context.h"
#include "support/cmocka_compat.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int isa_in_child(const char *cap)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (cap) setenv("STRIDED_MAX_ISA", cap, 1);
        else unsetenv("STRIDED_MAX_ISA");
        int first = (int)strided__cpu_isa();
        setenv("STRIDED_MAX_ISA", first == ISA_SCALAR ? "avx512" : "scalar", 1);
        _exit((int)strided__cpu_isa() == first ? first : 99); /* read once */
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Runs first: this process has not asked yet. */
static void capped_by_the_variable(void **state)
{
    (void)state;
    int best = isa_in_child(NULL);
    assert_true(best >= ISA_SCALAR && best < ISAS);
    assert_int_equal(isa_in_child("scalar"), ISA_SCALAR);
    assert_int_equal(isa_in_child("neon"), strided__isa_built(ISA_NEON));
    assert_int_equal(isa_in_child("avx2"), best < ISA_AVX2 ? best : ISA_AVX2);
    assert_int_equal(isa_in_child("avx512"), best < ISA_AVX512 ? best : ISA_AVX512);
    assert_int_equal(isa_in_child("avx512_vnni"), best < ISA_AVX512_VNNI ? best : ISA_AVX512_VNNI);
    assert_int_equal(isa_in_child("avx512_amx"), best);
    assert_int_equal(isa_in_child(""), best);
    assert_int_equal(isa_in_child("AVX2"), best);
    assert_int_equal(isa_in_child("sse9"), best);
}

static void names(void **state)
{
    (void)state;
    enum isa isa;
    for (int i = 0; i < ISAS; i++) {
        assert_true(strided__isa_parse(strided__isa_name((enum isa)i), &isa));
        assert_int_equal(isa, i);
    }
    assert_false(strided__isa_parse("", &isa));
    assert_false(strided__isa_parse("avx", &isa));
    assert_false(strided__isa_parse("avx2 ", &isa));
}

#if defined(__x86_64__)
static void as_the_compiler_says(void **state)
{
    (void)state;
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (getenv("STRIDED_MAX_ISA")) skip();
    const enum isa wide = __builtin_cpu_supports("avx512vnni") ? ISA_AVX512_VNNI : ISA_AVX512;
    const enum isa found = strided__cpu_isa() == ISA_AVX512_AMX ? ISA_AVX512_VNNI : strided__cpu_isa(); /* not every compiler knows AMX */
    assert_int_equal(found, avx512 ? wide : avx2 ? ISA_AVX2 : ISA_SCALAR);
}
#else
static void as_the_compiler_says(void **state)
{
    (void)state;
#ifdef __aarch64__
    if (getenv("STRIDED_MAX_ISA")) skip();
    assert_int_equal(strided__cpu_isa(), ISA_NEON);
#else
    assert_int_equal(strided__cpu_isa(), ISA_SCALAR);
#endif
}
#endif

/* Linux lists the flags that it lets programs use. A tool that runs the program may have fewer. */
static void as_the_system_says(void **state)
{
    (void)state;
    static char line[65536];
    int found = 0;
    FILE *f = fopen("/proc/cpuinfo", "r");
    while (f && !found && fgets(line, sizeof line, f)) found = strncmp(line, "flags", 5) == 0;
    if (f) fclose(f);
    if (!found) {
        print_message("no flags in /proc/cpuinfo\n");
        skip();
    }
    line[strcspn(line, "\n")] = ' ';
    int avx2 = strstr(line, " avx2 ") && strstr(line, " fma ") && strstr(line, " f16c ");
    int avx512 = avx2 && strstr(line, " avx512f ") && strstr(line, " avx512bw ") && strstr(line, " avx512dq ") && strstr(line, " avx512vl ");
    const int tiles = strstr(line, " amx_tile ") && strstr(line, " amx_int8 ");
    const enum isa wide = !strstr(line, " avx512_vnni ") ? ISA_AVX512 : tiles ? ISA_AVX512_AMX : ISA_AVX512_VNNI;
    assert_true((int)strided__cpu_isa() <= (int)(avx512 ? wide : avx2 ? ISA_AVX2 : ISA_SCALAR));
}

STRIDED_TEST_GROUP("base/cpu", cmocka_unit_test(capped_by_the_variable), cmocka_unit_test(names),
                   cmocka_unit_test(as_the_compiler_says), cmocka_unit_test(as_the_system_says))
