/*
 * window_table.h - template: what an instruction set does with windows.
 */
static void NAME(window_finish)(const struct work *w, const struct nest_axis *axis, char *const at[NEST_OPERANDS], int64_t from, int64_t len,
                                void *sum, int stores)
{
    struct NAME(chunk) c = { .w = w, .row = axis, .from = from };
    struct NAME(plain) plain;
    T *at_sum = sum;
    if (!stores && w->kind != WORK_REDUCE && NAME(is_plain)(w, axis, &plain)) { /* at once: what is copied waits for what was written */
        NAME(end_row)(&plain, shift(at[NEST_C], from * axis->stride[NEST_C] * (int64_t)sizeof(T)), sum, len);
        return;
    }
    memcpy(c.at, at, sizeof c.at);
    for (; len > 0; len -= c.len, c.from += c.len, at_sum += c.len) {
        c.len = min_size(len, ROW);
        if (w->kind == WORK_REDUCE) NAME(finish)(&c, at_sum);
        else NAME(epilogue)(&c, at_sum);
        if (stores) NAME(chunk_out)(&c, at_sum, 0);
    }
}

#ifndef HIGH
#define HIGH NULL
#endif

#ifndef WAVES
#define WAVES NULL
#endif

#ifdef STRIPS
#define BLOCKS &NAME(block_kernels)
static const struct block_kernels NAME(block_kernels) = {
    .get = NAME(block_get),
    .put = NAME(block_put),
    .strip = { [1] = NAME(strips_1), [2] = NAME(strips_2) },
#if defined(__AVX512F__)
    .get_groups = NAME(block_get_groups),
    .strip_groups = NAME(strips_of_groups),
    .strip_abreast = NAME(strips_abreast),
    .flat_down = NAME(flat_down),
    .flat_line = NAME(flat_line),
    .flat_wide = NAME(flat_wide),
    .flat_wide_seen = NAME(flat_wide_seen),
#endif
    .columns = NAME(BLOCK_STRIP),
    .tile = NAME(block_tiles),
    .flat = NAME(flat),
    .flat_seen = NAME(flat_seen),
    .flat_move = NAME(flat_move),
    .flat_bounds = NAME(flat_bounds),
    .flat_less = NAME(flat_less),
};
#else
#define BLOCKS NULL
#endif

static const struct window_kernels NAME(window_kernels) = {
    .tile = { [WINDOW_SPREAD] = { { ENTRIES(SPREAD, 0), ENTRY(SPREAD, 0, 3), ENTRY(SPREAD, 0, SOME_2), [SHAPE_WAVES] = WAVES },
                                  { ENTRIES(SPREAD, 1) } },
              [WINDOW_LANES] = { { ENTRY(LANES, 0, 1), ENTRY(LANES, 0, 2), [SHAPE_3] = LANES_3, ENTRY(LANES, 0, SOME_1), [SHAPE_HIGH] = HIGH } },
              [WINDOW_SUM] = { { ENTRIES(SUM, 0) }, { ENTRIES(SUM, 1) } },
              [WINDOW_MAX] = { { ENTRIES(MAX, 0) }, { ENTRIES(MAX, 1) } } },
#ifdef STRIPS
    .plane = { [WINDOW_SPREAD][3] = { [1] = NAME(window_ribbons_1), [2] = NAME(window_ribbons_2) },
               [WINDOW_MAX] = { STRIPS_ENTRY(MAX, 2, 2), STRIPS_ENTRY(MAX, 3, 1), STRIPS_ENTRY(MAX, 3, 2) },
               [WINDOW_SUM] = { STRIPS_ENTRY(SUM, 2, 2), STRIPS_ENTRY(SUM, 3, 1), STRIPS_ENTRY(SUM, 3, 2) } },
    .apart = NAME(window_ribbons_apart),
    .line = NAME(window_short),
    .beside = 1 + ADDS_TO_SOME,
    .resumes = ADDS_TO_SOME,
    .lines = { [WINDOW_LANES] = { [3] = { LINES_ENTRY(3_1, 1), LINES_ENTRY(3_2, 2) }, [5] = { LINES_ENTRY(5_2, 2) } },
               [WINDOW_MAX] = { [2] = { [0] = NAME(pool_MAX_2_1) }, [3] = { [0] = NAME(pool_MAX_3_1), [1] = NAME(pool_MAX_3_2) } },
               [WINDOW_SUM] = { [2] = { [0] = NAME(pool_SUM_2_1) }, [3] = { [0] = NAME(pool_SUM_3_1), [1] = NAME(pool_SUM_3_2) } } },
#endif
    .blocks = BLOCKS,
    .finish = NAME(window_finish),
};
#undef BLOCKS
#undef HIGH
#undef LANES_3
#undef WAVES
#undef TILE
#undef ENTRY
#undef TILES
#undef ENTRIES
#undef LINES
#undef LINES_ENTRY
#undef STRIPS
#undef STRIPS_ENTRY
#undef POOL
