/*
 * trial_oom.c - each allocation of a call failing in turn: ERR_NO_MEMORY, nothing written, nothing left; or, where memory
 * only makes it faster, the same bits as ever.
 */
#include <inttypes.h>

#include "again.h"
#include "bits.h"
#include "cmocka_compat.h"
#include "oom.h"

/* 0 once it has succeeded. */
static int fail_nth(const struct trial *t, const struct mix *m, struct oom *o, int64_t nth, const struct bits *base)
{
    struct stage s;
    stage_set_up(&s, t, m, o->ctx, NULL);
    int64_t blocks = o->blocks;
    oom_arm(o, nth);
    strided_status status = stage_call(&s);
    int failed = o->failed;
    oom_arm(o, 0);
    int leaks = o->blocks != blocks, refused = status != STRIDED_OK && !(failed && status == STRIDED_ERR_NO_MEMORY);
    if (leaks || refused) stage_print(&s);
    if (leaks) fail_msg("%s: allocation %" PRId64 " fails: leaks", t->name, nth);
    if (refused) fail_msg("%s: allocation %" PRId64 " fails: %s", t->name, nth, strided_error());
    if (status != STRIDED_OK) stage_check_untouched(&s, "out of memory");
    else bits_check(&s, base); /* memory that only makes it faster may fail */
    stage_tear_down(&s);
    return failed;
}

void trial_oom(const struct trial *t)
{
    static const int layouts[] = { LAYOUT_CONTIGUOUS, 1, 7, 8 };
    struct bits base;
    if (!again_has(t)) return;
    bits_base(&base, t, 0, NULL);
    struct oom *o = oom_new();
    for (size_t k = 0; k < sizeof layouts / sizeof *layouts; k++) {
        struct mix m = {0};
        struct place place;
        for (int i = 0; i < t->outs + t->ins; i++) {
            const struct trial_operand *d = trial_described(t, i);
            if (layout_place(layouts[k], trial_role(t, i), d->ndim, d->shape, &place)) m.layout[i] = layouts[k];
        }
        for (int64_t nth = 1; fail_nth(t, &m, o, nth, &base); nth++) continue;
    }
    oom_free(o);
    bits_free(&base);
}
