/*
 * bits.c - see bits.h.
 */
#include "bits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_compat.h"

static void take(struct bits *b, const struct stage *s)
{
    for (int i = 0; i < TRIAL_OUTS; i++)
        b->out[i] = i < s->t->outs && s->operand[i] ? operand_bytes(s->operand[i]) : NULL;
}

void bits_free(struct bits *b)
{
    for (int i = 0; i < TRIAL_OUTS; i++) free(b->out[i]);
}

/* Which of two NaN survives an addition is the machine's business: they count as the same bits. */
static int same_element(strided_dtype dtype, const unsigned char *a, const unsigned char *b)
{
    return memcmp(a, b, number_size(dtype)) == 0 || (isnan(number_read(dtype, a)) && isnan(number_read(dtype, b)));
}

void bits_check(const struct stage *s, const struct bits *base)
{
    for (int i = 0; i < s->t->outs; i++) {
        const struct operand *o = s->operand[i];
        if (o == NULL) continue;
        size_t size = number_size(o->dtype), count = (size_t)o->count, at = 0;
        unsigned char *now = operand_bytes(o);
        while (at < count && same_element(o->dtype, now + at * size, base->out[i] + at * size)) at++;
        free(now);
        if (at == count) continue;
        stage_print(s);
        fail_msg("%s: output %d, element %zu (row-major): other bits than with everything contiguous, one thread",
                 s->t->name, i, at);
    }
}

void bits_base(struct bits *b, const struct trial *t, int context, struct array *const *values)
{
    struct stage s;
    struct mix plain = { .context = context };
    stage_set_up(&s, t, &plain, trial_context(context), values);
    stage_succeed(&s);
    take(b, &s);
    stage_tear_down(&s);
}
