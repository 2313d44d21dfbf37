/*
 * amx.h - template: products by AMX, whose registers are tiles: sums of 16 rows x 16 columns, rows of 64 bytes of a, and 16 elements of 16 columns
 * of b, quads of bytes (quads.h) or pairs of bf16, which lie in the panels as it wants them.
 *
 *     32 rows x 32 columns of sums, while k runs:      b 0   b 1
 *                                               a 0   c 00  c 01
 *                                               a 1   c 10  c 11
 *
 * Rows of a, or of sums, up to 16, at one distance are read where they lie, others through room for one tile. Of less than 64 bytes what is
 * missing is 0, so that it does not matter what integers stand in its place in b; beside bf16 there are zeros. Sums of integers have no order; of
 * bf16 each tile is a run (nest.h).
 */
#ifndef STRIDED_SRC_AMX_H
#define STRIDED_SRC_AMX_H

enum { AMX_ROWS = 16, AMX_BYTES = 64, AMX_QUADS = AMX_BYTES / 4 };

#define AMX_ZERO(c)          __asm__ volatile("tilezero %%tmm" #c : : )
#define AMX_LOAD(t, p, step) __asm__ volatile("tileloadd (%0,%1,1), %%tmm" #t : : "r"(p), "r"((int64_t)(step)) : "memory")
#define AMX_STORE(t, p, step) __asm__ volatile("tilestored %%tmm" #t ", (%0,%1,1)" : : "r"(p), "r"((int64_t)(step)) : "memory")

/* The tiles of sums and of a have so many rows, up to twice 16; those of b are whole. Whatever they held is lost. */
static void amx_start(int64_t rows)
{
    struct { uint8_t palette, start, reserved[14]; uint16_t bytes[16]; uint8_t rows[16]; } config = {
        .palette = 1, .bytes = { 64, 64, 64, 64, 64, 64, 64, 64 }, .rows = { 16, 16, 16, 16, 16, 16, 16, 16 }
    };
    config.rows[0] = config.rows[1] = config.rows[4] = (uint8_t)min_size(rows, AMX_ROWS);
    config.rows[2] = config.rows[3] = config.rows[5] = (uint8_t)max_size(rows - AMX_ROWS, 1);
    __asm__ volatile("ldtilecfg %0" : : "m"(config));
}

static void amx_end(void) { __asm__ volatile("tilerelease" : : ); }

/* Some rows, up to 16: the bytes from each to the next, or 0 if these differ, or are none. */
static int64_t amx_step(const char *const *row, int64_t rows)
{
    const int64_t step = rows > 1 ? (intptr_t)row[1] - (intptr_t)row[0] : AMX_BYTES;
    for (int64_t r = 2; r < rows; r++)
        if ((intptr_t)row[r] - (intptr_t)row[r - 1] != step) return 0;
    return step;
}

struct amx_rows { const char *const *row; int64_t rows, step; char room[AMX_ROWS][AMX_BYTES] __attribute__((aligned(64))); };

/* So many bytes of each row from `at` on, as a whole tile. */
ALWAYS_INLINE const char *amx_rows_at(struct amx_rows *a, int64_t at, int64_t bytes, int64_t *step)
{
    *step = a->step;
    if (a->step && bytes == AMX_BYTES) return a->row[0] + at;
    *step = AMX_BYTES;
    for (int64_t r = 0; r < a->rows; r++)
        _mm512_store_si512(a->room[r], _mm512_maskz_loadu_epi8((__mmask64)(UINT64_MAX >> (AMX_BYTES - bytes)), a->row[r] + at));
    return a->room[0];
}

static void amx_rows_start(struct amx_rows *a, const char *const *row, int64_t rows)
{
    a->row = row;
    a->rows = rows < AMX_ROWS ? rows : AMX_ROWS;
    a->step = amx_step(row, a->rows);
}

#endif

#if IS_FLOAT
#define AMX_MULADD(c, a, b) __asm__ volatile("tdpbf16ps %%tmm" #b ", %%tmm" #a ", %%tmm" #c : : )
#else
#define AMX_MULADD(c, a, b) __asm__ volatile("tdpbusd %%tmm" #b ", %%tmm" #a ", %%tmm" #c : : ) /* a unsigned, b signed */
#endif

/* Sums that lie anywhere, to room or back. */
static void NAME(amx_move)(T *const *sum, int64_t column, int64_t rows, int back, char room[AMX_ROWS][AMX_BYTES])
{
    for (int64_t r = 0; r < rows && r < AMX_ROWS; r++) {
        char *at = (char *)(sum[r] + column);
        if (back) _mm512_storeu_si512(at, _mm512_load_si512(room[r]));
        else _mm512_store_si512(room[r], _mm512_loadu_si512(at));
    }
}

#define AMX_BEGIN(c, sums, column) \
    do { \
        if (of->first) { AMX_ZERO(c); break; } \
        if (step[sums]) { AMX_LOAD(c, sum[AMX_ROWS * sums] + (column), step[sums]); break; } \
        NAME(amx_move)(sum + AMX_ROWS * sums, column, rows - AMX_ROWS * sums, 0, room); \
        AMX_LOAD(c, room, AMX_BYTES); \
    } while (0)
#define AMX_FINISH(c, sums, column) \
    do { \
        if (step[sums]) { AMX_STORE(c, sum[AMX_ROWS * sums] + (column), step[sums]); break; } \
        AMX_STORE(c, room, AMX_BYTES); \
        NAME(amx_move)(sum + AMX_ROWS * sums, column, rows - AMX_ROWS * sums, 1, room); \
    } while (0)

/* Up to 32 rows and one or two vectors of columns, from `column` on. */
static void NAME(amx_tile)(const struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t column, int64_t rows, int wide, const T *b)
{
    const int high = rows > AMX_ROWS;
    struct amx_rows a0, a1;
    char room[AMX_ROWS][AMX_BYTES] __attribute__((aligned(64)));
    const int64_t b_step = of->b_pitch * (int64_t)sizeof *b;
    int64_t step[2] = { amx_step((const char *const *)(const void *)sum, min_size(rows, AMX_ROWS)), 0 }, a_step;
    amx_rows_start(&a0, row, rows);
    AMX_BEGIN(0, 0, column);
    if (wide) AMX_BEGIN(1, 0, column + AMX_QUADS);
    if (high) {
        step[1] = amx_step((const char *const *)(const void *)(sum + AMX_ROWS), rows - AMX_ROWS);
        amx_rows_start(&a1, row + AMX_ROWS, rows - AMX_ROWS);
        AMX_BEGIN(2, 1, column);
        if (wide) AMX_BEGIN(3, 1, column + AMX_QUADS);
    }
    for (const struct segment *seg = of->seg, *end = seg + of->segments; seg < end; seg++)
        for (int64_t k = 0; k < seg->len; k += AMX_QUADS) {
            const int64_t at = seg->a + 4 * k, bytes = min_size(AMX_BYTES, 4 * (seg->len - k));
            const T *q = b + seg->b + k * of->b_pitch;
            const char *p = amx_rows_at(&a0, at, bytes, &a_step);
            AMX_LOAD(4, p, a_step);
            AMX_LOAD(6, q, b_step);
            AMX_MULADD(0, 4, 6);
            if (wide) AMX_LOAD(7, q + AMX_QUADS, b_step);
            if (wide) AMX_MULADD(1, 4, 7);
            if (!high) continue;
            p = amx_rows_at(&a1, at, bytes, &a_step);
            AMX_LOAD(5, p, a_step);
            AMX_MULADD(2, 5, 6);
            if (wide) AMX_MULADD(3, 5, 7);
        }
    AMX_FINISH(0, 0, column);
    if (wide) AMX_FINISH(1, 0, column + AMX_QUADS);
    if (high) AMX_FINISH(2, 1, column);
    if (high && wide) AMX_FINISH(3, 1, column + AMX_QUADS);
}

/* All columns of rows from .. to - 1, panel by panel, as all_panels() does. */
static void NAME(amx_rows_panels)(const struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t from, int64_t to, int64_t cols,
                                  int64_t width)
{
    const T *panel = of->b;
    for (int64_t j = 0; j < cols; j += width, panel += of->panel)
        for (int64_t c = 0; c < min_size(width, cols - j); c += 2 * AMX_QUADS)
            for (int64_t r = from; r < to; r += TILES_HIGH)
                NAME(amx_tile)(of, row + r, sum + r, j + c, min_size(to - r, TILES_HIGH), min_size(width, cols - j) - c > AMX_QUADS, panel + c);
}

/* Whole tiles, and the rows that are left. */
static void NAME(amx_panels)(const struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t n, int64_t cols, int64_t width)
{
    const int64_t whole = n / TILES_HIGH * TILES_HIGH;
    NAME(amx_rows_panels)(of, row, sum, 0, whole, cols, width);
    if (whole == n) return;
    amx_start(n - whole);
    NAME(amx_rows_panels)(of, row, sum, whole, n, cols, width);
    amx_start(TILES_HIGH);
}
#undef AMX_BEGIN
#undef AMX_FINISH
#undef AMX_MULADD
