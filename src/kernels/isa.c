/*
 * isa.c - the kernels of one instruction set. The build compiles this file once per set, with -DISA=<name> and the
 * flags of that set (cmake/isa.cmake), and it defines the table strided__kernels_<name>.
 */
#include "kernels.h"
#include "convert.h"
#include "cursor.h"
#include "pairs.h"
#include "quads.h"
#include "planes.h"
#include "functions.h"
#include "gather_rows.h"
#include "handful_plan.h"
#include "product_plan.h"
#include "small_product.h"
#include "vector.h"
#include "sliding.h"
#include "window.h"
#include "../base/checked.h"
#include "../nest/edges.h"
#include "../nest/simplify.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROW = 1024, ROW_BYTES = ROW * 8 }; /* elements that a kernel works on at once; of any type */
enum { CHAINS = FOLD_CHAINS, WHOLE_VALUES = 256, TURNED_VALUES = 4096 }; /* values of one output that are found by a list; of some */
enum { FEW_ROWS = 2 };   /* too few for one panel */
#define FEW_PANELS(rows) ((8 + (rows) * PANEL_VECTORS - 1) / ((rows) * PANEL_VECTORS)) /* that rows so few take at once: eight sums or more */
/* Gathered rows; k that pass at once; where neighbouring k are not NEAR: what the first-level cache holds, in which wide panels have fewer k;
 * where they are, and many: a panel may come from the second-level cache, but sums are loaded and stored seldom.
 * Across: vectors of a part at most, columns of the highest tile, what all tiles of a part read, parts that read a block of b
 * in turn: it stays in the second-level cache. */
#if defined(__AVX512F__)
enum { SHORT_BLOCK = 62, KBLOCK = 128, FAR_KBLOCK = 128, LONG_KBLOCK = 512 };
enum { ACROSS_VECTORS = 3, MOST_ROWS = 14, ROOM_ELEMENTS = 256 * 48, PARTS = 8 };
#else
enum { SHORT_BLOCK = 30, KBLOCK = 256, FAR_KBLOCK = 192, LONG_KBLOCK = KBLOCK };
enum { ACROSS_VECTORS = 3, MOST_ROWS = 8, ROOM_ELEMENTS = 1 << 14, PARTS = 1 };
#endif
enum { CONVERTED_BLOCK = 54, BEYOND_ROWS = 8 }; /* rows that are gathered at once, of another type; room for what taps reach over behind them */
enum { MANY_ROWS = 480 };      /* of a small product, whose sums the second-level cache holds while all panels pass */
enum { SHORT_SEGMENT = 24 };
enum { LIST = 384 };           /* k of a sum that pass one by one, those of stems (7x7x3, 11x11x3) all at once */
enum { MANY_PIECES = 8 };      /* of a line, beyond which it is all one where they end */
/* The buffers, 92 KB together: where sums are formed in dst, or lie apart there and have larger buffers, k that are gathered at once are as many as
 * the second-level cache serves well, so that sums are loaded and stored seldom. */
enum { GATHERED_KBLOCK = 256 };
enum { SUM_BYTES = BLOCK * 512, GATHER_BYTES = (SHORT_BLOCK + 2) * KBLOCK * 4, LONG_GATHER_BYTES = (SHORT_BLOCK + 2) * GATHERED_KBLOCK * 4 };
/* Of sums in dst; of those of columns that lie apart there, for each group of which what is gathered is gathered once more, and of both then. (They
 * are no mosaic, whose stack would come beside.) */
enum { CACHED_SUM_BYTES = 1 << 17, APART_SUM_BYTES = 100 << 10, APART_BYTES = 146 << 10 };
enum { NEAR = 8, AHEAD = 12 }; /* elements that are in one line of the cache, more or less; k that are fetched ahead */
enum { FETCHED_ELEMENTS = 1 << 17 }; /* of a packed b, beyond which the second-level cache does not hold it */
enum { LINE_VECTORS = LINE_BYTES / VECTOR_BYTES };
enum { CLOSE_BYTES = 1 << 14, PAGE_BYTES = 1 << 12 }; /* that stay in the first-level cache beside a panel; of memory */

/* k that are packed at once; neighbours among them that are copied by their two ends, and so many that are worth turning. */
enum { PACK_DEPTH = 256, SHORT_RUN_BYTES = 64, TURNED_RUN = 4 };

enum tile_form { TILE_OUTER, TILE_LIST, TILE_FETCH, TILE_QUADS, TILE_FORMS, TILE_BESIDE, TILE_COPY, TILE_DOTS }; /* see tile.h */

/* Floats have windows; doubles not where vectors hold but two of them and almost no machine is left, which would take 35 KB: the generic kernels do. */
#define HAS_WINDOWS (IS_F32 || (IS_FLOAT && HAS_DOUBLE_WINDOWS))
#if defined(__x86_64__) && !defined(__AVX2__)
#  define HAS_DOUBLE_WINDOWS 0
#else
#  define HAS_DOUBLE_WINDOWS 1
#endif

/* Addresses that are a step apart, each where a pointer (or a number like one) is. */
static __attribute__((noinline)) void places_apart(void *place, const char *at, int64_t step, int64_t n)
{
    for (char *p = place; n > 0; n--, p += sizeof at, at = shift((char *)(intptr_t)at, step)) memcpy(p, &at, sizeof at);
}

/* How many indices axes have. */
static __attribute__((noinline)) int64_t all_indices(const struct nest_axis *axis, int n)
{
    int64_t all = 1;
    for (int i = 0; i < n; i++) all *= axis[i].len;
    return all;
}

#if defined(__AVX2__) && !defined(__AVX512F__)
#include "maxima.h"
#endif

static const struct nest_axis *inner_fold(const struct nest *n) { return n->fold ? &n->axis[n->keep + n->fold - 1] : &single_axis; }
static int outer_folds(const struct nest *n) { return n->fold ? n->fold - 1 : 0; }

#define T int32_t
#define SUFFIX i32
#define BITS 32
#define NATIVE STRIDED_I32
#define IS_FLOAT 0
#define IS_F32 0
#define IS_SIGNED 1
#define VEC vec_i32
#define ANY any_i32
#define VEC_SPLAT vec_splat_i32
#define VEC_MULADD vec_pairs_i32
#define VEC_STORE vec_store_i32
#define VEC_STORE_FIRST vec_store_first_i32
#include "generic.h"

#define T int64_t
#define SUFFIX i64
#define BITS 64
#define NATIVE STRIDED_I64
#define IS_FLOAT 0
#define IS_F32 0
#define IS_SIGNED 1
#include "generic.h"

#define T uint64_t
#define SUFFIX u64
#define BITS 64
#define NATIVE STRIDED_U64
#define IS_FLOAT 0
#define IS_F32 0
#define IS_SIGNED 0
#include "generic.h"

#define T float
#define SUFFIX f32
#define BITS 32
#define NATIVE STRIDED_F32
#define IS_FLOAT 1
#define IS_F32 1
#define IS_SIGNED 1
#define FN(name) name##f
#define VEC vec_f32
#define ANY any_f32
#define VEC_SPLAT vec_splat_f32
#define VEC_MULADD vec_muladd_f32
#define VEC_EVEN vec_even_f32
#define VEC_WINNER vec_winner_f32
#define VEC_LOAD vec_load_f32
#define VEC_STORE vec_store_f32
#define VEC_MASK some_f32
#define VEC_RANGE vec_range_f32
#define VEC_LOAD_SOME vec_load_some_f32
#define VEC_STORE_SOME vec_store_some_f32
#define VEC_STORE_FIRST vec_store_first_f32
#define VEC_CHOOSE vec_choose_f32
#include "generic.h"

#define T double
#define SUFFIX f64
#define BITS 64
#define NATIVE STRIDED_F64
#define IS_FLOAT 1
#define IS_F32 0
#define IS_SIGNED 1
#define FN(name) name
#define VEC vec_f64
#define ANY any_f64
#define VEC_SPLAT vec_splat_f64
#define VEC_MULADD vec_muladd_f64
#define VEC_EVEN vec_even_f64
#define VEC_WINNER vec_winner_f64
#define VEC_LOAD vec_load_f64
#define VEC_STORE vec_store_f64
#define VEC_MASK some_f64
#define VEC_RANGE vec_range_f64
#define VEC_LOAD_SOME vec_load_some_f64
#define VEC_STORE_SOME vec_store_some_f64
#define VEC_STORE_FIRST vec_store_first_f64
#define VEC_CHOOSE vec_choose_f64
#include "generic.h"

#define TABLE1(isa) strided__kernels_##isa
#define TABLE(isa) TABLE1(isa)
#define TEXT1(isa) #isa
#define TEXT(isa) TEXT1(isa)
/* Where memory is what counts, or what is seldom done, the longest vectors are no use: the kernels of a set below serve (strided__nest_kernel),
 * which keeps the library small; of the rarest type, those of the lowest. */
#define UP_TO(bytes, kernel) (VECTOR_BYTES <= (bytes) ? (kernel) : NULL)
#if HAS_DOUBLE_WINDOWS
#  define DOUBLE_WINDOWS UP_TO(32, &window_kernels_f64)
#else
#  define DOUBLE_WINDOWS NULL
#endif
#define ALL_TYPES(kind) { UP_TO(32, kind##_i32), UP_TO(32, kind##_i64), UP_TO(16, kind##_u64), kind##_f32, UP_TO(32, kind##_f64) }
#define SHORT_TYPES(kind) { UP_TO(32, kind##_i32), UP_TO(32, kind##_i64), UP_TO(16, kind##_u64), UP_TO(32, kind##_f32), UP_TO(32, kind##_f64) }

extern const struct kernels TABLE(ISA);
const struct kernels TABLE(ISA) = {
    .name = TEXT(ISA),
    .nest = { ALL_TYPES(map), ALL_TYPES(contract), ALL_TYPES(reduce), SHORT_TYPES(arg) },
    .product = { [COMPUTE_I32] = product_class_i32, [COMPUTE_F32] = product_class_f32, [COMPUTE_F64] = product_class_f64 },
    .pack = { [COMPUTE_I32] = pack_i32, [COMPUTE_F32] = pack_f32, [COMPUTE_F64] = pack_f64 },
    .small = { [COMPUTE_F32] = small_tiles_f32, [COMPUTE_F64] = small_tiles_f64 },
    .winograd = { winograd_weights_f32, winograd_input_f32, winograd_output_f32 },
    .window = { [COMPUTE_F32] = &window_kernels_f32, [COMPUTE_F64] = DOUBLE_WINDOWS },
    .sliding = { [COMPUTE_I32] = UP_TO(32, &sliding_kernels_i32), [COMPUTE_F32] = &sliding_kernels_f32,
                 [COMPUTE_F64] = UP_TO(32, &sliding_kernels_f64) },
#if defined(__AVX2__) && !defined(__AVX512F__)
    .maxima = { [STRIDED_U8] = maxima_u8, [STRIDED_I8] = maxima_i8, [STRIDED_U16] = maxima_u16, [STRIDED_I16] = maxima_i16,
                [STRIDED_I32] = maxima_i32, [STRIDED_F16] = maxima_f16, [STRIDED_BF16] = maxima_f16 },
#endif
    .vector_bytes = VECTOR_BYTES,
    .panel_vectors = PANEL_VECTORS,
};
