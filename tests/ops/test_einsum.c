/*
 * test_einsum.c - strided_einsum() in both dialects: the grammar, what each text means, layouts and dtypes.
 */
#include "support/cmocka_compat.h"
#include "support/refuse.h"
#include "support/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum { OPERANDS = 4 };

/* The text in both dialects, and what it means in full: one letter for every axis, nothing implied. */
struct meaning {
    const char *compact, *named;
    const char *out, *term[OPERANDS];
    int64_t shape[OPERANDS][6];
};

struct params { const struct meaning *m; int n, named; };

static const struct meaning meanings[] = {
    { "i->i", "a -> a", "i", { "i" }, { { 5 } } },
    { "ij", "col row", "ij", { "ij" }, { { 2, 3 } } },
    { "ji", "b a", "ij", { "ji" }, { { 2, 3 } } },
    { "ij->ji", "i j -> j i", "ji", { "ij" }, { { 2, 3 } } },
    { "ij->", "i j ->", "", { "ij" }, { { 2, 3 } } },
    { "ij->i", "i j -> i", "i", { "ij" }, { { 2, 3 } } },
    { "ii", "i i", "", { "ii" }, { { 3, 3 } } },
    { "ii->i", "i i -> i", "i", { "ii" }, { { 3, 3 } } },
    { "iji->j", "i j i -> j", "j", { "iji" }, { { 2, 3, 2 } } },
    { "iii->i", "i i i -> i", "i", { "iii" }, { { 3, 3, 3 } } },
    { "ijij->ij", "i j i j -> i j", "ij", { "ijij" }, { { 2, 3, 2, 3 } } },
    { " i j -> j i ", "  i   j->j i", "ji", { "ij" }, { { 2, 3 } } },
    { "", "", "", { "" }, { { 0 } } },
    { "->", "->", "", { "" }, { { 0 } } },
    { ",", ",", "", { "", "" }, { { 0 } } },
    { ",ij", ", i j", "ij", { "", "ij" }, { { 0 }, { 2, 3 } } },
    { "i,i->", "i, i ->", "", { "i", "i" }, { { 7 }, { 7 } } },
    { "i,i", "i, i", "", { "i", "i" }, { { 7 }, { 7 } } },
    { "i,j->ij", "i, j -> i j", "ij", { "i", "j" }, { { 3 }, { 4 } } },
    { "i,j", "b, a", NULL, { "i", "j" }, { { 3 }, { 4 } } },
    { "ij,ij->ij", "i j, i j -> i j", "ij", { "ij", "ij" }, { { 2, 3 }, { 2, 3 } } },
    { "ij,j->i", "ow kw, kw -> ow", "i", { "ij", "j" }, { { 4, 3 }, { 3 } } },
    { "ij,jk->ik", "i j, j k -> i k", "ik", { "ij", "jk" }, { { 3, 4 }, { 4, 5 } } },
    { "ij,jk", "a b, b c", "ik", { "ij", "jk" }, { { 3, 4 }, { 4, 5 } } },
    { "ba,ac->bc", "x y, y z -> x z", "bc", { "ba", "ac" }, { { 7, 33 }, { 33, 18 } } },
    { "ij,kj->ki", "i j, k j -> k i", "ki", { "ij", "kj" }, { { 3, 4 }, { 5, 4 } } },
    { "bij,bjk->bik", "b i j, b j k -> b i k", "bik", { "bij", "bjk" }, { { 2, 3, 4 }, { 2, 4, 5 } } },
    { "bij,bjk->", "b i j, b j k ->", "", { "bij", "bjk" }, { { 2, 3, 4 }, { 2, 4, 5 } } },
    { "ii,i->i", "i i, i -> i", "i", { "ii", "i" }, { { 3, 3 }, { 3 } } },
    { "ij,kl->", "i j, k l ->", "", { "ij", "kl" }, { { 2, 3 }, { 3, 2 } } },
    { "bcwk,ock->bow", "b ic ow kw, oc ic kw -> b oc ow", "bow", { "bcwk", "ock" }, { { 2, 3, 5, 2 }, { 4, 3, 2 } } },
    { "bchwkl,ockl->bohw", "b ic oh ow kh kw, oc ic kh kw -> b oc oh ow", "bohw", { "bchwkl", "ockl" },
      { { 1, 2, 3, 2, 2, 2 }, { 3, 2, 2, 2 } } },
    { "...", "...", "AB", { "AB" }, { { 2, 3 } } },
    { "...->...", "... -> ...", "AB", { "AB" }, { { 2, 3 } } },
    { "...->", "... ->", "", { "AB" }, { { 2, 3 } } },
    { "i...->...", "i ... -> ...", "AB", { "iAB" }, { { 4, 2, 3 } } },
    { "i...->...i", "i ... -> ... i", "ABi", { "iAB" }, { { 4, 2, 3 } } },
    { "...ij->...ji", "... i j -> ... j i", "Aji", { "Aij" }, { { 4, 2, 3 } } },
    { "i...j->i", "i ... j -> i", "i", { "iABj" }, { { 2, 3, 2, 2 } } },
    { "...ij,...jk->...ik", "... i j, ... j k -> ... i k", "Aik", { "Aij", "Ajk" }, { { 2, 3, 4 }, { 2, 4, 2 } } },
    { "...ij,...jk", "... i j, ... j k", "Aik", { "Aij", "Ajk" }, { { 2, 3, 4 }, { 2, 4, 2 } } },
    { "...ij,...jk->...ik", "... i j, ... j k -> ... i k", "ABik", { "Bij", "ABjk" }, { { 2, 3, 2 }, { 3, 1, 2, 2 } } },
    { "ij,...j->...i", "i j, ... j -> ... i", "Ai", { "ij", "Aj" }, { { 2, 3 }, { 4, 3 } } },
    { "...,...", "..., ...", "AB", { "AB", "B" }, { { 2, 3 }, { 3 } } },
    { "i...,i...->...", "i ..., i ... -> ...", "A", { "i", "iA" }, { { 3 }, { 3, 4 } } },
    { "ij,jk,kl->il", "i j, j k, k l -> i l", "il", { "ij", "jk", "kl" }, { { 2, 3 }, { 3, 4 }, { 4, 2 } } },
    { "i,j,k->kji", "i, j, k -> k j i", "kji", { "i", "j", "k" }, { { 2 }, { 3 }, { 4 } } },
    { "i,i,i->i", "i, i, i -> i", "i", { "i", "i", "i" }, { { 5 }, { 5 }, { 5 } } },
    { "i,i,i", "i, i, i", "", { "i", "i", "i" }, { { 5 }, { 5 }, { 5 } } },
    { "ij,ik,il,i->jkl", "i j, i k, i l, i -> j k l", "jkl", { "ij", "ik", "il", "i" }, { { 2, 2 }, { 2, 3 }, { 2, 2 }, { 2 } } },
    { "ij,,jk->ik", "i j, , j k -> i k", "ik", { "ij", "", "jk" }, { { 2, 3 }, { 0 }, { 3, 2 } } },
    { "ij,ij->ij", "i j, i j -> i j", "ij", { "ij", "ij" }, { { 2, 1 }, { 1, 3 } } },
    { "ij,jk->ik", "i j, j k -> i k", "ik", { "ij", "jk" }, { { 2, 1 }, { 3, 2 } } },
    { "ij,jk->ik", "i j, j k -> i k", "ik", { "ij", "jk" }, { { 2, 0 }, { 0, 3 } } },
    { "ij,jk->ik", "i j, j k -> i k", "ik", { "ij", "jk" }, { { 0, 2 }, { 2, 3 } } },
    { "ij,jk,kl->il", "i j, j k, k l -> i l", "il", { "ij", "jk", "kl" }, { { 2, 0 }, { 0, 4 }, { 4, 2 } } },
    { "ij->j", "i j -> j", "j", { "ij" }, { { 0, 3 } } },
    { "aB->Ba", "under_score Caf\303\251 -> Caf\303\251 under_score", "Ba", { "aB" }, { { 2, 3 } } },
    { "ba", "B a", NULL, { "ba" }, { { 2, 3 } } },
};

static int operands_of(const struct meaning *m)
{
    int n = 0;
    while (n < OPERANDS && m->term[n]) n++;
    return n;
}

/* Where the dialects differ (labels in another order), by their own sorting: capitals before small letters. */
static const char *out_of(const struct params *p)
{
    if (p->m->out) return p->m->out;
    if (!strcmp(p->m->compact, "i,j")) return p->named ? "ji" : "ij";
    return p->named ? "ba" : "ab"; /* "ba"; "B a" keeps its order */
}

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct params *p = params;
    return p->named ? strided_einsum_named(out[0], p->m->named, p->n, in) : strided_einsum(out[0], p->m->compact, p->n, in);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct params *p = params;
    ref_einsum(out[0], out_of(p), p->n, in, p->m->term);
}

static int64_t extent_of(const struct meaning *m, char label)
{
    int64_t extent = 1;
    for (int i = 0; i < operands_of(m); i++)
        for (int a = 0; m->term[i][a]; a++)
            if (m->term[i][a] == label && m->shape[i][a] != 1) extent = m->shape[i][a];
    return extent;
}

/* Extents of 1, and of labels that one operand alone has, may change. */
static struct trial trial_of(const struct params *p, char name[120], strided_dtype to, const strided_dtype *from)
{
    const char *out = out_of(p);
    int64_t y[6];
    snprintf(name, 120, "einsum \"%s\"", p->named ? p->m->named : p->m->compact);
    for (int a = 0; out[a]; a++) y[a] = extent_of(p->m, out[a]);
    struct trial t = trial_new(name, call, reference, p);
    struct rng r = rng_seed((uint64_t)(p->m - meanings));
    trial_out(&t, to, (int)strlen(out), y);
    for (int i = 0; i < p->n; i++)
        trial_in(&t, from[i], array_small(&r, from[i], (int)strlen(p->m->term[i]), p->m->shape[i]))->loose = 1;
    trial_store_by_inputs(&t);
    return t;
}

static void every_text(void **state)
{
    (void)state;
    static const strided_dtype f32[] = { STRIDED_F32, STRIDED_F32, STRIDED_F32, STRIDED_F32 };
    char name[120];
    for (size_t i = 0; i < COUNT(meanings); i++)
        for (int named = 0; named < 2; named++) {
            struct params p = { &meanings[i], operands_of(&meanings[i]), named };
            struct trial t = trial_of(&p, name, STRIDED_F32, f32);
            t.seed = i;
            trial_all(&t);
            arrays_release();
        }
}

static void every_dtype(void **state)
{
    (void)state;
    static const char *const texts[] = { "ij->ji", "ij->i", "ii", "ij,jk->ik", "ij,j->i", "ij,jk,kl->il", "i,j->ij" };
    char name[120];
    for (size_t i = 0; i < COUNT(meanings); i++)
        for (size_t k = 0; k < COUNT(texts); k++)
            for (int d = 0; d < NUMBER_DTYPES; d++) {
                if (strcmp(meanings[i].compact, texts[k])) continue;
                strided_dtype all[OPERANDS] = { number_dtypes[d], number_dtypes[d], number_dtypes[d], number_dtypes[d] };
                struct params p = { &meanings[i], operands_of(&meanings[i]), 0 };
                struct trial t = trial_of(&p, name, number_dtypes[d], all);
                if (p.n > 2 && number_size(all[0]) < 4) continue; /* 8^3 sums do not fit exactly */
                t.mixes = 4;
                trial_run(&t);
                arrays_release();
            }
}

static void dtypes_mix(void **state)
{
    (void)state;
    char name[120];
    for (size_t i = 0; i < COUNT(meanings); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            if (strcmp(meanings[i].compact, "ij,jk->ik") && strcmp(meanings[i].compact, "ij,jk,kl->il")) continue;
            strided_dtype mixed[OPERANDS] = { number_dtypes[d], number_dtypes[(d + 5) % NUMBER_DTYPES], STRIDED_F32, STRIDED_I8 };
            struct params p = { &meanings[i], operands_of(&meanings[i]), 0 };
            struct trial t = trial_of(&p, name, STRIDED_F64, mixed);
            t.mixes = 4;
            trial_run(&t);
            arrays_release();
        }
}

/* Sums that round: the same bits in every layout, and as matmul has them. */
static void real_numbers(void **state)
{
    (void)state;
    static const struct meaning m = { "ij,jk->ik", "i j, j k -> i k", "ik", { "ij", "jk" }, { { 9, 65 }, { 65, 35 } } };
    struct params p = { &m, 2, 0 };
    struct rng r = rng_seed(1);
    struct trial t = trial_new("einsum of reals", call, reference, &p);
    trial_out(&t, STRIDED_F32, 2, STRIDED_LIST(9, 35));
    trial_in(&t, STRIDED_F32, array_real(&r, -1, 1, 2, m.shape[0]));
    trial_in(&t, STRIDED_F32, array_real(&r, -1, 1, 2, m.shape[1]));
    t.absolute = 1e-5;
    t.mixes = 40;
    t.fused = 1;
    trial_run(&t);

    strided_tensor *a = strided_empty(NULL, STRIDED_F32, 2, m.shape[0]), *b = strided_empty(NULL, STRIDED_F32, 2, m.shape[1]);
    for (int64_t i = 0; i < 9 * 65; i++) ((float *)strided_data(a))[i] = (float)rng_real(&r, -1, 1);
    for (int64_t i = 0; i < 65 * 35; i++) ((float *)strided_data(b))[i] = (float)rng_real(&r, -1, 1);
    strided_tensor *y = strided_matmul_empty(a, b), *z = strided_einsum_empty("ij,jk->ik", STRIDED_TENSORS(a, b));
    assert_int_equal(strided_matmul(y, a, b), STRIDED_OK);
    assert_int_equal(strided_einsum(z, "ij,jk->ik", STRIDED_TENSORS(a, b)), STRIDED_OK);
    assert_memory_equal(strided_const_data(y), strided_const_data(z), 9 * 35 * sizeof(float));
    strided_release(z);
    strided_release(y);
    strided_release(b);
    strided_release(a);
}

static void results(void **state)
{
    (void)state;
    strided_tensor *a = strided_zeros(NULL, STRIDED_F16, STRIDED_DIMS(2, 3)), *b = strided_zeros(NULL, STRIDED_I8, STRIDED_DIMS(3, 4));
    strided_tensor *y = strided_einsum_empty("ij,jk->ki", STRIDED_TENSORS(a, b)), *z = strided_einsum_named_empty("i j, j k", STRIDED_TENSORS(b, b));
    assert_non_null(y);
    assert_int_equal(strided_dtype_of(y), STRIDED_F16);
    assert_int_equal(strided_ndim(y), 2);
    assert_memory_equal(strided_shape(y), STRIDED_LIST(4, 2), 2 * sizeof(int64_t));
    assert_null(z);
    assert_int_equal(strided_error_status(), STRIDED_ERR_SHAPE);
    assert_null(strided_einsum_empty("ij", 1, NULL));
    assert_null(strided_einsum_empty(NULL, STRIDED_TENSORS(a)));
    assert_null(strided_einsum_empty("ij->x", STRIDED_TENSORS(a)));
    assert_int_equal(strided_error_status(), STRIDED_ERR_ARG);
    z = strided_einsum_named_empty("i j -> j", STRIDED_TENSORS(b));
    assert_non_null(z);
    assert_int_equal(strided_dim(z, 0), 4);
    strided_release(z);
    strided_release(y);
    strided_release(b);
    strided_release(a);
}

/* Texts that are none, whatever the operands: two of shape (2, 2). */
static void grammar(void **state)
{
    (void)state;
    static const char *const both[] = { "ij,ij->ij->ij", "ij,ij->ij,", "ij,ij->ij,ij", "ij", "ij,ij,ij", "ij,ij->", NULL };
    static const char *const compact[] = {
        "ij,i1->i", "ij,i_->i", "ij,i$", "ij,i.", "ij,i..", "ij,ij-", "ij,ij-ij", "ij,ij>ij", "ij,ij->ii", "ij,ij->k", "ij,ij->...i...",
        "......ij,ij", "...ij...,ij", "ij,ij->i.j", "ij,ij->ij->", "ij;ij", "ij,ij - > ij", "ij,ij->i\303\251", "(ij),ij",
    };
    static const char *const named[] = {
        "i j, i j -> i i", "i j, i j -> k", "i j, i -j", "i j, i j - > i", "i j, i j -> i, j", "... i j ..., i j", "i (j), i j", "i j; i j",
        "i j, i j -> i -> j", "i j, i . j", "i j, i j >i",
    };
    float v[4] = { 1, 2, 3, 4 }, y[4] = { 9, 9, 9, 9 };
    strided_tensor *x = strided_wrap(NULL, v, STRIDED_F32, 2, STRIDED_LIST(2, 2), NULL);
    strided_tensor *dst = strided_wrap(NULL, y, STRIDED_F32, 2, STRIDED_LIST(2, 2), NULL);
    for (size_t i = 0; i < COUNT(compact); i++)
        if (strided_einsum(dst, compact[i], STRIDED_TENSORS(x, x)) != STRIDED_ERR_ARG) fail_msg("\"%s\": %s", compact[i], strided_error());
    for (size_t i = 0; i < COUNT(named); i++)
        if (strided_einsum_named(dst, named[i], STRIDED_TENSORS(x, x)) != STRIDED_ERR_ARG) fail_msg("\"%s\": %s", named[i], strided_error());
    for (size_t i = 0; both[i + 1]; i++)
        if (strided_einsum(dst, both[i], STRIDED_TENSORS(x, x)) != STRIDED_ERR_ARG) fail_msg("\"%s\": %s", both[i], strided_error());
    for (int i = 0; i < 4; i++) assert_true(y[i] == 9);
    strided_release(dst);
    strided_release(x);
}

static void shapes_that_do_not_fit(void **state)
{
    (void)state;
    static const char *const texts[] = { "ij,ij->ij", "ij,jk->ik", "i,i->i", "ijk,ij->k", "ii,ij->j", "ij...k,ij->ij", "ij,...->i" };
    float v[6] = { 0 };
    strided_tensor *a = strided_wrap(NULL, v, STRIDED_F32, 2, STRIDED_LIST(2, 3), NULL);
    strided_tensor *b = strided_wrap(NULL, v, STRIDED_F32, 2, STRIDED_LIST(2, 2), NULL);
    strided_tensor *y = strided_empty(NULL, STRIDED_F32, 1, STRIDED_LIST(2));
    for (size_t i = 0; i < COUNT(texts); i++) {
        strided_status s = strided_einsum(y, texts[i], STRIDED_TENSORS(a, b));
        if (i == 6) assert_int_equal(s, STRIDED_OK);
        else if (s != STRIDED_ERR_SHAPE) fail_msg("\"%s\": %s", texts[i], s ? strided_error() : "OK");
    }
    assert_int_equal(strided_einsum(y, "ij->j", STRIDED_TENSORS(a)), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_einsum(y, "ij->ij", STRIDED_TENSORS(a)), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_einsum(y, "ij->", STRIDED_TENSORS(a)), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_einsum(y, "ij->i", 0, NULL), STRIDED_ERR_NULL);
    assert_int_equal(strided_einsum(y, "ij->i", 0, (const strided_tensor *const[]){ a }), STRIDED_ERR_ARG);
    assert_int_equal(strided_einsum(y, "ij->i", -1, (const strided_tensor *const[]){ a }), STRIDED_ERR_ARG);
    assert_int_equal(strided_einsum(y, "ij->i", INT32_MAX, (const strided_tensor *const[]){ a }), STRIDED_ERR_ARG);
    assert_int_equal(strided_einsum(y, NULL, STRIDED_TENSORS(a)), STRIDED_ERR_NULL);
    assert_int_equal(strided_einsum(NULL, "ij->i", STRIDED_TENSORS(a)), STRIDED_ERR_NULL);
    static const int64_t wide[] = { (int64_t)1 << 40, (int64_t)1 << 31 }; /* too many elements for 64 bits; too many bytes */
    strided_tensor *point = strided_zeros(NULL, STRIDED_F32, 0, NULL), *sum = strided_empty_like(point);
    for (int i = 0; i < 2; i++) {
        strided_tensor *line = strided_expand(point, 1, &wide[i]);
        refused_doing(STRIDED_ERR_OVERFLOW, "einsum", strided_einsum(sum, "i,j,i,j->", STRIDED_TENSORS(line, line, line, line)));
        strided_release(line);
    }
    strided_release(sum);
    strided_release(point);
    strided_release(y);
    strided_release(b);
    strided_release(a);
}

/* Many axes and labels: as many as tensors can have, and more. */
static void limits(void **state)
{
    (void)state;
    int64_t ones[STRIDED_MAX_NDIM];
    for (int a = 0; a < STRIDED_MAX_NDIM; a++) ones[a] = 1 + (a % 5 == 0);
    strided_tensor *x = strided_full(NULL, STRIDED_F32, STRIDED_MAX_NDIM, ones, 1), *y = strided_full(NULL, STRIDED_F32, STRIDED_MAX_NDIM, ones, 5);
    strided_tensor *s = strided_full(NULL, STRIDED_F32, 0, NULL, 7);
    assert_int_equal(strided_einsum(y, "abcdefghijklmnop->abcdefghijklmnop", STRIDED_TENSORS(x)), STRIDED_OK);
    assert_true(strided_get(y, STRIDED_MAX_NDIM, (int64_t[STRIDED_MAX_NDIM]){ 1 }) == 1);
    assert_int_equal(strided_einsum(s, "abcdefghijklmnop,ABCDEFGHIJKLMNOP->", STRIDED_TENSORS(x, x)), STRIDED_OK);
    assert_true(strided_item(s) == 256);
    assert_int_equal(strided_einsum(s, "abcdefghijklmnop,ABCDEFGHIJKLMNOP,qrstuvwxyzQRSTUV->", STRIDED_TENSORS(x, x, x)), STRIDED_OK);
    assert_true(strided_item(s) == 4096);
    assert_int_equal(strided_einsum(s, "abcdefghijklmnopq->", STRIDED_TENSORS(x)), STRIDED_ERR_ARG);
    assert_int_equal(strided_einsum(s, "abcdefghijklmnop,A->abcdefghijklmnopA", STRIDED_TENSORS(x, s)), STRIDED_ERR_SHAPE);
    char *longest = malloc(100001);
    assert_non_null(longest);
    memset(longest, 'i', 100000);
    longest[100000] = 0;
    assert_int_equal(strided_einsum(s, longest, STRIDED_TENSORS(x)), STRIDED_ERR_ARG);
    memset(longest, ',', 100000);
    assert_int_equal(strided_einsum(s, longest, STRIDED_TENSORS(x)), STRIDED_ERR_ARG);
    memset(longest, ' ', 100000);
    assert_int_equal(strided_einsum(s, longest, STRIDED_TENSORS(s)), STRIDED_ERR_OVERLAP);
    free(longest);
    strided_release(s);
    strided_release(y);
    strided_release(x);
}

STRIDED_TEST_GROUP("ops/einsum",
    cmocka_unit_test(every_text),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(dtypes_mix),
    cmocka_unit_test(real_numbers),
    cmocka_unit_test(results),
    cmocka_unit_test(grammar),
    cmocka_unit_test(shapes_that_do_not_fit),
    cmocka_unit_test(limits))
