/*
 * test_pad_index.c - the padding modes against the walk that defines them: bounce, or go round, one step at a time.
 */
#include "support/cmocka_compat.h"
#include "../../src/nest/nest.h"

/* Steps from 0 to p, moving by the rule of the mode at each end. */
static int64_t walked(strided_pad_mode mode, int64_t p, int64_t n)
{
    int64_t at = 0, direction = p < 0 ? -1 : 1;
    for (int64_t i = 0; i != p; i += p < 0 ? -1 : 1) {
        int64_t next = at + direction;
        int outside = next < 0 || next >= n;
        if (!outside) at = next;
        else if (mode == STRIDED_PAD_CIRCULAR) at = next < 0 ? n - 1 : 0;
        else if (mode == STRIDED_PAD_SYMMETRIC) direction = -direction;
        else if (mode == STRIDED_PAD_REFLECT && n > 1) { direction = -direction; at += direction; }
    }
    return at;
}

static void every_mode_walks_as_defined(void **state)
{
    static const strided_pad_mode modes[] = { STRIDED_PAD_REPLICATE, STRIDED_PAD_REFLECT, STRIDED_PAD_SYMMETRIC, STRIDED_PAD_CIRCULAR };
    (void)state;
    for (int m = 0; m < 4; m++)
        for (int64_t n = 1; n <= 6; n++)
            for (int64_t p = -25; p <= 25; p++)
                if (strided__pad_index(modes[m], p, n) != walked(modes[m], p, n))
                    fail_msg("mode %d, p %lld of %lld: %lld, walked to %lld", (int)modes[m], (long long)p, (long long)n,
                             (long long)strided__pad_index(modes[m], p, n), (long long)walked(modes[m], p, n));
}

static void far_away_is_fine(void **state)
{
    (void)state;
    assert_true(strided__pad_index(STRIDED_PAD_REPLICATE, INT64_MIN, 5) == 0);
    assert_true(strided__pad_index(STRIDED_PAD_REPLICATE, INT64_MAX, 5) == 4);
    for (strided_pad_mode m = STRIDED_PAD_REFLECT; m <= STRIDED_PAD_CIRCULAR; m++) {
        int64_t i = strided__pad_index(m, INT64_MIN, 7), j = strided__pad_index(m, INT64_MAX, 7);
        assert_true(i >= 0 && i < 7 && j >= 0 && j < 7);
    }
}

STRIDED_TEST_GROUP("nest/pad_index", cmocka_unit_test(every_mode_walks_as_defined), cmocka_unit_test(far_away_is_fine))
