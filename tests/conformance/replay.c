/*
 * replay.c - one case, run every way that there is to run it.
 *
 * The plain run is judged by the suite; every other way (two threads, the library's own automatic padding, the
 * equation in the compact dialect, a plan) must give the same bits as the plain one.
 */
#include "ops.h"

#include <stdio.h>
#include <string.h>

static int in_list(const char *word, const char *list)
{
    size_t n = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == 0))
            return 1;
    return 0;
}

static int variant_applies(enum variant v, const struct oracle_case *c)
{
    switch (v) {
    case AUTO_PAD: return attr_text(c, "auto_pad") != NULL;
    case COMPACT:  return attr_text(c, "compact") != NULL;
    case PLAN:     return in_list(c->op, "conv maxpool avgpool lppool")
                       || (strcmp(c->op, "einsum") == 0 && c->nins <= 2);
    default:       return 1;
    }
}

static const char *variant_name(enum variant v)
{
    static const char *const names[VARIANTS] = {"", "with two threads: ", "with the library's auto_pad: ",
                                                "in the compact dialect: ", "through a plan: "};
    return names[v];
}

/* The library's own maker agrees with the suite on the shape. */
static void check_maker(struct call *k, const struct operation *op)
{
    if (!op->make || k->nouts == 0 || k->c->nsteps)
        return;
    const struct layout *want = &k->outs[0].spec->layout;
    STRIDED_AUTO strided_tensor *made = op->make(k);
    if (!made)
        complain(k, "the maker of %s refuses: %s", op->out, strided_error());
    else if (strided_ndim(made) != want->ndim
             || (want->ndim && memcmp(strided_shape(made), want->shape, (size_t)want->ndim * sizeof(int64_t)) != 0))
        complain(k, "the maker of %s gives another shape", op->out);
}

static void run_once(struct call *k, const struct operation *op)
{
    strided_status status = op->run(k);
    if (k->not_offered)
        return;
    if (status != STRIDED_OK)
        complain(k, "refused with %s: %s", strided_status_name(status), strided_error());
    inputs_untouched(k);
}

static void judge(struct call *k, const struct operation *op)
{
    for (int i = 0; i < k->nouts && !k->complaint[0]; i++)
        output_matches(k, &k->outs[i]);
    if (!k->complaint[0])
        check_maker(k, op);
}

/* A plan of a maximum has no indices: what it does not write is not compared. */
static void same_bits(struct call *k, const struct call *plain)
{
    int outs = k->variant == PLAN ? 1 : k->nouts;
    for (int i = 0; i < outs; i++)
        if (memcmp(k->outs[i].block, plain->outs[i].block, k->outs[i].bytes) != 0) {
            output_matches(k, &k->outs[i]);
            complain(k, "%s has other bits than the plain run", k->outs[i].name);
        }
}

static void run_variant(struct call *k, const struct call *plain, const struct operation *op, enum variant v,
                        const struct contexts *contexts)
{
    if (call_open(k, plain->suite, plain->c, v == TWO_THREADS ? contexts->two : contexts->one, v))
        run_once(k, op);
    if (!k->not_offered && !k->complaint[0])
        same_bits(k, plain);
}

static void run_variants(struct call *plain, const struct operation *op, const struct contexts *contexts)
{
    for (enum variant v = PLAIN + 1; v < VARIANTS && !plain->complaint[0]; v++) {
        struct call k;
        if (!variant_applies(v, plain->c))
            continue;
        run_variant(&k, plain, op, v, contexts);
        if (k.complaint[0])
            complain(plain, "%s%.400s", variant_name(v), k.complaint);
        call_close(&k);
    }
}

enum outcome replay(const struct suite *s, const struct oracle_case *c, const struct contexts *contexts,
                    char *complaint)
{
    const struct operation *op = find_operation(c->op);
    struct call plain;
    if (!op) {
        snprintf(complaint, COMPLAINT_SIZE, "unknown operation");
        return FAILED;
    }
    if (!op->run)
        return NOT_OFFERED;
    if (c->error)
        return refuse(s, c, op, contexts->one, complaint);
    if (call_open(&plain, s, c, contexts->one, PLAIN))
        run_once(&plain, op);
    if (!plain.not_offered && !plain.complaint[0])
        judge(&plain, op);
    if (!plain.not_offered && !plain.complaint[0])
        run_variants(&plain, op, contexts);
    enum outcome outcome = plain.complaint[0] ? FAILED : plain.not_offered ? NOT_OFFERED : PASSED;
    memcpy(complaint, plain.complaint, COMPLAINT_SIZE);
    call_close(&plain);
    return outcome;
}
