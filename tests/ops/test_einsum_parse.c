/*
 * test_einsum_parse.c - the text of an einsum: shapes it gives in both dialects, and every way to be refused.
 */
#include "support/cmocka_compat.h"
#include "support/refuse.h"
#include <string.h>

static strided_tensor *shaped(int ndim, const int64_t *shape) { return strided_zeros(NULL, STRIDED_F32, ndim, shape); }

#define LIST(...) (int)(sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t)), (const int64_t[]){ __VA_ARGS__ }

static void gives(strided_tensor *y, const char *text, int ndim, const int64_t *shape)
{
    if (!y) fail_msg("%s: %s", text, strided_error());
    if (strided_ndim(y) != ndim || (ndim && memcmp(strided_shape(y), shape, (size_t)ndim * sizeof *shape) != 0))
        fail_msg("%s: another shape", text);
    strided_release(y);
}

static void results(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *a = shaped(LIST(2, 3)), *b = shaped(LIST(3, 4)), *c = shaped(LIST(5, 2, 3)), *s = shaped(0, NULL);
    STRIDED_AUTO strided_tensor *sq = shaped(LIST(3, 3)), *one = shaped(LIST(1, 3));
    const strided_tensor *const ab[] = { a, b }, *const ca[] = { c, a }, *const as[] = { a, s }, *const q[] = { sq }, *const ao[] = { a, one };
    gives(strided_einsum_empty("ij,jk->ik", 2, ab), "ij,jk->ik", LIST(2, 4));
    gives(strided_einsum_empty("zj,ja", 2, ab), "zj,ja", LIST(4, 2));
    gives(strided_einsum_empty(" i j , j k -> k i ", 2, ab), "spaces", LIST(4, 2));
    gives(strided_einsum_empty("ij,jk->", 2, ab), "ij,jk->", 0, NULL);
    gives(strided_einsum_empty("...ij,ij", 2, ca), "...ij,ij", LIST(5));
    gives(strided_einsum_empty("...,...", 2, ca), "...,...", LIST(5, 2, 3));
    gives(strided_einsum_empty("k...,...->...k", 2, ca), "k...,...->...k", LIST(2, 3, 5));
    gives(strided_einsum_empty("...ij,ij->ji", 2, ca), "an ellipsis summed", LIST(3, 2));
    gives(strided_einsum_empty("ij,", 2, as), "ij,", LIST(2, 3));
    gives(strided_einsum_empty("ii", 1, q), "ii", 0, NULL);
    gives(strided_einsum_empty("ii->i", 1, q), "ii->i", LIST(3));
    gives(strided_einsum_empty("ij,ij->ij", 2, ao), "an extent of 1", LIST(2, 3));
    gives(strided_einsum_named_empty("row in, in col -> col row", 2, ab), "row in, in col", LIST(4, 2));
    gives(strided_einsum_named_empty("b a, a c", 2, ab), "sorted", LIST(2, 4));
    gives(strided_einsum_named_empty("ab a, a aa", 2, ab), "sorted by bytes", LIST(4, 2));
    gives(strided_einsum_named_empty("... x y, x y -> ...", 2, ca), "named ellipsis", LIST(5));
}

struct refusal { const char *text; strided_status status; const char *says; };

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *a = shaped(LIST(2, 3)), *b = shaped(LIST(3, 4));
    const strided_tensor *const ab[] = { a, b };
    static const struct refusal table[] = {
        { "ij,jk,kl->il", STRIDED_ERR_ARG, "3 terms for 2 operands" }, { "ij->ij", STRIDED_ERR_ARG, "1 terms for 2" },
        { "ij,jk->iz", STRIDED_ERR_ARG, "at 8, 'z'" },                 { "ij,jk->ii", STRIDED_ERR_ARG, "at 8, 'i': twice" },
        { "ij,jk->i->k", STRIDED_ERR_ARG, "second arrow" },            { "ij,jk->i,k", STRIDED_ERR_ARG, "one result" },
        { "i1,jk", STRIDED_ERR_ARG, "at 1, '1'" },                     { "ij,j.k", STRIDED_ERR_ARG, "at 4, '.'" },
        { "......ij,jk", STRIDED_ERR_ARG, "second ellipsis" },         { "ijk,jk", STRIDED_ERR_SHAPE, "operand 0 has 2 axes, its term names 3" },
        { "i,jk", STRIDED_ERR_SHAPE, "operand 0 has 2 axes, its term names 1" },
        { "ij,ik", STRIDED_ERR_SHAPE, "at 3: 'i' is 2 in operand 0 and 3 in operand 1" },
        { "ii,jk", STRIDED_ERR_SHAPE, "at 1: 'i' is 2 and 3 in operand 0" },
        { "...,...", STRIDED_ERR_SHAPE, "'...' is 2 in operand 0 and 3 in operand 1" },
        { "ij,jk-", STRIDED_ERR_ARG, "'-'" },                          { "ij,jk->i...k->", STRIDED_ERR_ARG, "second arrow" },
        { "abcdefghijklmnopq,jk", STRIDED_ERR_ARG, "16 axes" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        refused(table[i].status, "einsum_empty", strided_einsum_empty(table[i].text, 2, ab));
        if (!strstr(strided_error(), table[i].says)) fail_msg("\"%s\" says: %s", table[i].text, strided_error());
    }
    refused(STRIDED_ERR_NULL, "einsum_empty", strided_einsum_empty(NULL, 2, ab));
    refused(STRIDED_ERR_NULL, "einsum_empty", strided_einsum_empty("i", 1, NULL));
    refused(STRIDED_ERR_ARG, "einsum_empty", strided_einsum_empty("", 0, ab));
    refused(STRIDED_ERR_ARG, "einsum_named_empty", strided_einsum_named_empty("i j, j+k", 2, ab));
}

/* 68 different axes in five operands, and a result of 17. */
static void too_many(void **state)
{
    (void)state;
    static const int64_t ones[STRIDED_MAX_NDIM] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
    STRIDED_AUTO strided_tensor *x = shaped(16, ones), *v = shaped(1, ones);
    const strided_tensor *const all[] = { x, x, x, x, v }, *const two[] = { x, v };
    refused(STRIDED_ERR_ARG, "einsum_empty", strided_einsum_empty("abcdefghijklmnop,qrstuvwxyzABCDEF,GHIJKLMNOPQRSTUV,...,W->", 5, all));
    refused(STRIDED_ERR_ARG, "einsum_empty", strided_einsum_empty("abcdefghijklmnop,q", 2, two));
    gives(strided_einsum_empty("abcdefghijklmnop,q->abcdefghijklmnoq", 2, two), "16 axes", 16, ones);
}

STRIDED_TEST_GROUP("ops/einsum_parse", cmocka_unit_test(results), cmocka_unit_test(refusals), cmocka_unit_test(too_many))
