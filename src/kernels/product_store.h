/*
 * product_store.h - template: what becomes of the sums of a group (product.h) that are not formed in dst: the epilogue, and the way
 * to dst. Vectors of columns that are no neighbours there are turned, some rows by some columns at a time, where rows are.
 */

/* What becomes of the sums before they are stored: the generic kernels' own code, on one row of the group. */
static void NAME(finish_row)(const struct NAME(product) *p, const struct NAME(group) *n, int64_t r)
{
    struct NAME(chunk) c = { .w = p->w, .row = &p->column };
    for (int o = 0; o < NEST_OPERANDS; o++) c.at[o] = n->block->at[o][r];
    for (int64_t i = 0; i < n->cols; i += c.len) {
        c.from = n->from + i;
        c.len = n->cols - i < ROW ? n->cols - i : ROW;
        NAME(complete)(&c, n->sum[r] + i);
    }
}

static void NAME(finish_group)(const struct NAME(product) *p, const struct NAME(group) *n)
{
    if (epilogue_is_trivial(p->w)) return;
#if IS_FLOAT
    struct NAME(plain) plain;
    if (NAME(is_plain)(p->w, &p->column, &plain)) {
        const int64_t first = n->from * p->column.stride[NEST_C] * (int64_t)sizeof(T), all = n->block->rows;
        char *const *bias = n->block->at[NEST_C];
        for (int64_t r = 0, rows; r < all; r += rows) {
            for (rows = 1; r + rows < all && bias[r + rows] == bias[r]; rows++) continue;
            NAME(end_rows)(&plain, shift(bias[r], first), n->sum + r, rows, n->cols);
        }
        return;
    }
#endif
    for (int64_t r = 0; r < n->block->rows; r++) NAME(finish_row)(p, n, r);
}

static char *NAME(dst_of)(const struct NAME(product) *p, const struct NAME(group) *n, int64_t r)
{
    return shift(n->block->at[NEST_DST][r], n->from * p->column.stride[NEST_DST] * (int64_t)sizeof(T));
}

/* How many rows from r on lie at one distance from each other in dst, and at which, in bytes. */
static int64_t NAME(steady_rows)(const struct NAME(block) *b, int64_t r, int64_t *step)
{
    int64_t n = 1;
    char *const *dst = b->at[NEST_DST] + r;
    *step = r + 1 < b->rows ? (intptr_t)dst[1] - (intptr_t)dst[0] : 0;
    while (r + n < b->rows && (intptr_t)dst[n] - (intptr_t)dst[n - 1] == *step) n++;
    return n;
}

/* lanes x lanes sums, whose rows are `pitch` bytes apart, become columns of memory, `step` bytes apart. */
static void NAME(store_square)(const T *sum, int64_t pitch, char *dst, int64_t step)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    VEC v[LANES];
    NAME(load_turned)(v, (const char *)sum, pitch);
    UNROLL(16)
    for (int i = 0; i < LANES; i++) VEC_STORE(dst + i * step, v[i]);
}

/* The same of fewer rows. */
static void NAME(store_part)(const T *sum, int64_t pitch, int64_t rows, char *dst, int64_t step)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    T square[LANES][LANES];
    VEC v[LANES];
    for (int64_t l = 0; l < LANES; l++) memcpy(square[l], (const char *)sum + (l < rows ? l : 0) * pitch, sizeof square[l]);
    NAME(load_turned)(v, (const char *)square, sizeof square[0]);
    for (int i = 0; i < LANES; i++) VEC_STORE_FIRST((int)rows, dst + i * step, v[i]);
}

/* `rows` rows, each `apart` after the other, that adjoin in dst: turned; the last square begins early if it would reach beyond them, or is cut. */
static void NAME(store_turned)(const struct NAME(group) *n, int64_t r, int64_t rows, int64_t apart, char *dst, int64_t step)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int64_t size = sizeof(T), pitch = rows > 1 ? (n->sum[r + apart] - n->sum[r]) * size : 0;
    for (int64_t i = 0; i < rows; i += LANES) {
        const int64_t part = rows < LANES ? rows : LANES, at = i + part < rows ? i : rows - part;
        T *const *sum = n->sum + r + at * apart;
        int64_t j = 0;
        for (; j + LANES <= n->cols; j += LANES) {
            if (part == LANES) NAME(store_square)(sum[0] + j, pitch, dst + j * step + at * size, step);
            else NAME(store_part)(sum[0] + j, pitch, part, dst + j * step + at * size, step);
        }
        for (; j < n->cols; j++)
            for (int64_t l = 0; l < part; l++) memcpy(dst + j * step + (at + l) * size, &sum[l * apart][j], sizeof(T));
    }
}

/* `rows` rows, `across` bytes apart, which is less than columns are: column by column. */
static void NAME(store_columns)(const struct NAME(group) *n, int64_t r, int64_t rows, int64_t across, char *dst, int64_t step)
{
    for (int64_t j = 0; j < n->cols; j++)
        for (int64_t i = 0; i < rows; i++) *(ANY *)(void *)shift(dst, j * step + i * across) = n->sum[r + i][j];
}

/* `rows` rows, `across` bytes apart, to any memory of any type: some rows at a time, or parts of one. */
static void NAME(store_rows)(const struct NAME(product) *p, const struct NAME(group) *n, int64_t r, int64_t rows, int64_t across)
{
    const int64_t size = size_of(p->w->dtype[NEST_DST]), most = ROW_BYTES / size, adjoin = rows > 1 && n->sum[r + 1] - n->sum[r] == n->cols;
    const int64_t high = adjoin ? max_size(most / n->cols, 1) : 1;
    const struct nest_axis row = { .len = rows, .stride = { [NEST_DST] = across / size } };
    for (int64_t i = 0; i < rows; i += high)
        for (int64_t j = 0; j < n->cols; j += most)
            NAME(put)(p->w, NEST_DST, n->block->at[NEST_DST][r], &(struct span){ &row, i, min_size(high, rows - i) },
                      &(struct span){ &p->column, n->from + j, min_size(most, n->cols - j) }, n->sum[r + i] + j, 0);
}

static void NAME(store_group)(const struct NAME(product) *p, const struct NAME(group) *n)
{
    const int64_t size = sizeof(T), step = p->column.stride[NEST_DST] * size;
    const int64_t apart = n->block->apart;
    const int turns = p->w->dtype[NEST_DST] == NATIVE && step != size;
    int64_t across, rows;
    for (int64_t r = 0; r < apart; r++) NAME(store_turned)(n, r, n->block->rows / apart, apart, NAME(dst_of)(p, n, r), step);
    for (int64_t r = 0; !apart && r < n->block->rows; r += rows) {
        rows = NAME(steady_rows)(n->block, r, &across);
        if (turns && rows > 1 && across == size) NAME(store_turned)(n, r, rows, 1, NAME(dst_of)(p, n, r), step);
        else if (turns && rows > 1 && llabs(across) < llabs(step)) NAME(store_columns)(n, r, rows, across, NAME(dst_of)(p, n, r), step);
        else NAME(store_rows)(p, n, r, rows, across);
    }
}
