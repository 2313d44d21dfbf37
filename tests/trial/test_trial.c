/*
 * test_trial.c - trials can fail: an operator that is wrong in one layout is found, and the line that its failure prints
 * runs that case alone.
 *
 * The tests of this file run it again as a child, in which STRIDED_BROKEN says what is wrong with the operator on trial.
 */
#define _POSIX_C_SOURCE 200809L
#include "support/cmocka_compat.h"
#include "support/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *program;

/* A copy, but for what is wrong with it. */
static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const char *broken = getenv("STRIDED_BROKEN");
    int here = strided_stride(in[0], 1) < 0; /* rows backwards */
    strided_status s = strided_copy(out[0], in[0]);
    float *y = strided_data(out[0]);
    const float *x = strided_const_data(in[0]);
    (void)params;
    if (s != STRIDED_OK || !here || broken == NULL) return s;
    if (strcmp(broken, "values") == 0) y[0] += 1;
    if (strcmp(broken, "gaps") == 0) y[-1] = 0;
    if (strcmp(broken, "input") == 0) *(float *)(uintptr_t)x = 99;
    if (strcmp(broken, "page") == 0) y[0] = *(volatile float *)&y[15]; /* where 15 elements end at a page */
    if (strcmp(broken, "status") == 0) return STRIDED_ERR_IO;
    return s;
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)params;
    for (int64_t i = 0; i < out[0]->count; i++) out[0]->v[i] = in[0]->v[i];
}

static void on_trial(void **state)
{
    (void)state;
    struct rng r = rng_seed(1);
    struct trial t = trial_new("copy", call, reference, NULL);
    trial_out(&t, STRIDED_F32, 2, STRIDED_LIST(3, 5));
    trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 2, STRIDED_LIST(3, 5)));
    trial_run(&t);
}

/* What the command says on standard error; its end is not 0 where `fails`. */
static void run(const char *broken, const char *command, int fails, char *text, size_t size)
{
    char line[2000];
    snprintf(line, sizeof line, "STRIDED_BROKEN=%s %s 2>&1", broken, command);
    FILE *f = popen(line, "r");
    assert_non_null(f);
    text[fread(text, 1, size - 1, f)] = 0;
    assert_int_equal(pclose(f) != 0, fails);
}

static void find_again(const char *text, char *command, size_t size)
{
    const char *again = strstr(text, "again: ");
    if (again == NULL) fail_msg("no line that runs it again:\n%s", text);
    snprintf(command, size, "%s", again + strlen("again: "));
    command[strcspn(command, "\n")] = 0;
}

static void each_fault_is_found(void **state)
{
    (void)state;
    static const char *const faults[] = { "values", "gaps", "input", "page", "status" };
    static char text[20000], twice[20000];
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        char command[1000], same[1000];
        snprintf(command, sizeof command, "%s", program);
        run("nothing", command, 0, text, sizeof text);
        run(faults[i], command, 1, text, sizeof text);
        find_again(text, command, sizeof command);
        run("nothing", command, 0, twice, sizeof twice);
        run(faults[i], command, 1, twice, sizeof twice);
        find_again(twice, same, sizeof same);
        assert_string_equal(command, same);
    }
}

/* Nothing else runs: a case that is fine is so whatever is wrong with others. */
static void alone(void **state)
{
    (void)state;
    static char text[20000];
    char command[1000];
    snprintf(command, sizeof command, "%s '*' 'copy | seed 1, context 0, layouts 0.0, sides 0.0'", program);
    run("values", command, 0, text, sizeof text);
    snprintf(command, sizeof command, "%s '*' 'another | seed 1, context 0, layouts 0.0, sides 0.0'", program);
    run("values", command, 0, text, sizeof text);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(on_trial), cmocka_unit_test(each_fault_is_found), cmocka_unit_test(alone) };
    const struct CMUnitTest child[] = { cmocka_unit_test(on_trial) };
    program = argv[0];
    strided_test_filter(argc, argv);
    if (getenv("STRIDED_BROKEN")) return cmocka_run_group_tests_name("trial/child", child, NULL, strided_test_end);
    return cmocka_run_group_tests_name("trial/trial", tests, NULL, strided_test_end);
}
