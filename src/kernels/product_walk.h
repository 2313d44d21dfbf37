/*
 * product_walk.h - template: a product's axes, a block of its rows, a group of columns of it, and the walk over k in segments, which all kinds of
 * blocks share.
 */

struct NAME(product) {
    const struct work *w;
    const struct product *plan;
    struct nest_axis axes[NEST_AXES], *m, *k, *batch; /* all of them are no more */
    int ms, ks, batches, empty, left;    /* empty: nothing to sum; left: so many k are in the last bunch, 0: all */
    struct nest_axis column;
    int64_t unit[NEST_OPERANDS];
    const int64_t *from;                 /* the first position of each edge that is whole */
    struct { int m, k; } edge[PRODUCT_EDGES]; /* its axes among m and k, -1: of one element */
    int squares, gathers;                /* rows go by squares; what they multiply is brought together (gather.h) */
    int64_t room;                        /* bytes of the buffer where sums are formed that are not in dst */
    struct segment *list;                /* room for LIST of k, one by one */
    int64_t listed;                      /* so many are all k, of all rows; 0: they are looked up for each block */
};

/* A block of rows: where every operand stands at column 0. */
struct NAME(block) {
    int64_t rows, apart;                     /* apart: from each row to its neighbour in dst, if that is known; else 0 */
    char *at[NEST_OPERANDS][BLOCK];
    struct range taps[BLOCK][PRODUCT_EDGES]; /* that each row sees, where edges are whole */
};

/* Some columns of a block: whole panels, the last of which may be less. */
struct NAME(group) {
    const struct NAME(block) *block;
    int64_t from, cols;
    const T *b;                          /* the packed b of these columns, at k = 0 */
    const char *const *a;                /* a of each row, likewise                 */
    T *sum[BLOCK];                       /* where each row's sums are formed        */
    struct NAME(gather) *gather;         /* NULL: a is read where it lies           */
};

/* Where the walk over k has come to. */
struct NAME(k_walk) {
    const struct nest_axis *inner;
    struct cursor outer;          /* from address 0: its addresses are offsets */
    int64_t from;                 /* along the inner axis */
    int more, left;               /* left: so many k are in the last bunch of the inner axis */
    int64_t unit;                 /* segments are cut at multiples of so many k */
};

static int NAME(is_near)(int64_t stride) { return llabs(stride) <= NEAR; }

/* The next segments of k, at most so many, and at most `most` elements of the sum, which are some units. */
static int64_t NAME(k_block)(struct NAME(k_walk) *k, struct segment *seg, int64_t segments, int64_t most)
{
    int64_t n = 0, depth = 0, unit = sizeof(T), of_a = k->outer.unit[NEST_A];
    while (k->more && n < segments && depth < most) {
        int64_t left = k->inner->len - k->from, len = left <= most - depth ? left : (most - depth) / k->unit * k->unit;
        if (!len && left) break;
        if (has_map(k->inner)) len = 1; /* the next may lie anywhere */
        seg[n++] = (struct segment){ .a = (int64_t)(intptr_t)k->outer.at[NEST_A] + axis_offset(k->inner, NEST_A, k->from) * of_a,
                                     .b = (int64_t)(intptr_t)k->outer.at[NEST_PACKED] / unit + k->from * k->inner->stride[NEST_PACKED],
                                     .len = len, .last = len == left ? k->left : 0 };
        depth += len;
        k->from += len;
        if (k->from == k->inner->len) { k->from = 0; k->more = cursor_next(&k->outer); }
    }
    return n;
}

static void NAME(k_start)(struct NAME(k_walk) *k, const struct NAME(product) *p)
{
    static const struct nest_axis one = { .len = 1 };
    char *zero[NEST_OPERANDS] = { 0 };
    k->inner = p->ks ? &p->k[p->ks - 1] : &one;
    k->from = 0;
    k->more = 1;
    k->left = p->left;
    k->unit = p->plan->unit;
    memcpy(k->outer.unit, p->unit, sizeof p->unit);
    cursor_start(&k->outer, p->k, p->ks ? p->ks - 1 : 0, zero);
}

/* Lines so far apart compete for a few places in the cache. */
static int NAME(crowds)(int64_t stride) { return stride * (int64_t)sizeof(T) % 512 == 0; }

/* Nothing else reads dst meanwhile. */
static int NAME(dst_holds_sums)(const struct NAME(product) *p, const char *dst)
{
    return p->w->dtype[NEST_DST] == NATIVE && is_aligned(dst, sizeof(T)) && !p->w->epilogue.accumulate && !p->plan->c_is_dst;
}
