/*
 * test_permute.c - permute, transpose, movedim over all orders of three axes.
 */
#include "positions.h"
#include "support/oom.h"

static const int64_t shape3[] = {2, 3, 4}, strides3[] = {12, 4, 1};

static void check_order(const char *call, strided_tensor *t, const int64_t *order)
{
    int64_t shape[3], strides[3];
    for (int a = 0; a < 3; a++) {
        shape[a] = shape3[order[a]];
        strides[a] = strides3[order[a]];
    }
    check_view(call, t, 0, 3, shape, strides);
}

static void every_permutation(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(3, shape3);
    int64_t p[3];
    for (p[0] = -4; p[0] <= 3; p[0]++)
        for (p[1] = -4; p[1] <= 3; p[1]++)
            for (p[2] = -4; p[2] <= 3; p[2]++) {
                int64_t order[3];
                int seen = 0;
                for (int a = 0; a < 3; a++) {
                    order[a] = p[a] < 0 ? p[a] + 3 : p[a];
                    if (order[a] >= 0 && order[a] < 3) seen |= 1 << order[a];
                }
                strided_tensor *t = strided_permute(x, 3, p);
                if (seen == 7) check_order("permute", t, order);
                else check_no_tensor("permute", STRIDED_ERR_ARG, "permute", t);
            }
}

static void permute_refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(3, shape3), *one = positions(1), *scalar = strided_select(one, 0, 0);
    refused(STRIDED_ERR_ARG, "permute", strided_permute(x, STRIDED_DIMS(0, 1)));
    refused(STRIDED_ERR_ARG, "permute", strided_permute(x, STRIDED_DIMS(0, 1, 2, 3)));
    refused(STRIDED_ERR_ARG, "permute", strided_permute(x, -1, shape3));
    refused(STRIDED_ERR_ARG, "permute", strided_permute(x, STRIDED_DIMS(0, 1, INT64_MIN)));
    refused(STRIDED_ERR_NULL, "permute", strided_permute(x, 3, NULL));
    assert_null(strided_permute(NULL, STRIDED_NO_DIMS));
    is_view(strided_permute(scalar, STRIDED_NO_DIMS), 0, 0, NULL, NULL);
}

static void transposes(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(3, shape3);
    for (int a = -3; a < 3; a++)
        for (int b = -3; b < 3; b++) {
            int64_t order[] = {0, 1, 2};
            int i = (a + 3) % 3, j = (b + 3) % 3;
            order[i] = j;
            order[j] = i;
            check_order("transpose", strided_transpose(x, a, b), order);
        }
    refused(STRIDED_ERR_ARG, "transpose", strided_transpose(x, 3, 0));
    refused(STRIDED_ERR_ARG, "transpose", strided_transpose(x, 0, -4));
    refused(STRIDED_ERR_ARG, "transpose", strided_transpose(x, INT32_MIN, INT32_MAX));
    assert_null(strided_transpose(NULL, 0, 1));
}

/* from[i] goes to place to[i], the others follow in their order. */
static void move_reference(int n, const int64_t *from, const int64_t *to, int64_t order[3])
{
    int used[3] = {0}, next = 0;
    for (int a = 0; a < 3; a++) order[a] = -1;
    for (int i = 0; i < n; i++) {
        order[to[i]] = from[i];
        used[from[i]] = 1;
    }
    for (int a = 0; a < 3; a++) {
        if (used[a]) continue;
        while (order[next] >= 0) next++;
        order[next] = a;
    }
}

static void movedims(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(3, shape3);
    int64_t order[3];
    for (int64_t f = 0; f < 9; f++)
        for (int64_t t = 0; t < 9; t++) {
            const int64_t from[] = {f / 3, f % 3}, to[] = {t / 3, t % 3};
            move_reference(1, from, to, order);
            check_order("movedim 1", strided_movedim(x, 1, from, to), order);
            strided_tensor *two = strided_movedim(x, 2, from, to);
            if (from[0] == from[1] || to[0] == to[1]) {
                check_no_tensor("movedim 2", STRIDED_ERR_ARG, "movedim", two);
                continue;
            }
            move_reference(2, from, to, order);
            check_order("movedim 2", two, order);
        }
    check_order("movedim 0", strided_movedim(x, 0, NULL, NULL), (int64_t[]){0, 1, 2});
    check_order("movedim", strided_movedim(x, 1, STRIDED_LIST(-1), STRIDED_LIST(-3)), (int64_t[]){2, 0, 1});
    refused(STRIDED_ERR_ARG, "movedim", strided_movedim(x, 1, STRIDED_LIST(3), STRIDED_LIST(0)));
    refused(STRIDED_ERR_ARG, "movedim", strided_movedim(x, 1, STRIDED_LIST(0), STRIDED_LIST(INT64_MAX)));
    refused(STRIDED_ERR_ARG, "movedim", strided_movedim(x, -1, shape3, shape3));
    refused(STRIDED_ERR_ARG, "movedim", strided_movedim(x, 4, STRIDED_LIST(0, 1, 2, 0), STRIDED_LIST(0, 1, 2, 0)));
    refused(STRIDED_ERR_NULL, "movedim", strided_movedim(x, 1, NULL, shape3));
    refused(STRIDED_ERR_NULL, "movedim", strided_movedim(x, 1, STRIDED_LIST(0), NULL));
    assert_null(strided_movedim(NULL, 0, NULL, NULL));
}

static strided_status attempt(void *job)
{
    strided_tensor *const views[] = {strided_permute(job, STRIDED_DIMS(1, 0)), strided_transpose(job, 0, 1),
                                     strided_movedim(job, 1, STRIDED_LIST(0), STRIDED_LIST(1))};
    return oom_made((int)(sizeof views / sizeof *views), views);
}

static void out_of_memory(void **state)
{
    (void)state;
    assert_int_equal(oom_sweep_views("permute, transpose, movedim", attempt, STRIDED_DIMS(4, 2)), 3);
}

STRIDED_TEST_GROUP("view/permute", cmocka_unit_test(every_permutation), cmocka_unit_test(permute_refusals),
                   cmocka_unit_test(transposes), cmocka_unit_test(movedims), cmocka_unit_test(out_of_memory))
