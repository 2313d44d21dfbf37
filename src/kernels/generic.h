/*
 * generic.h - template: the kernels that take everything, for one compute type. They are the meaning of all others.
 *
 * Wants T, SUFFIX, BITS (of T), NATIVE (the dtype whose memory form is T), IS_FLOAT, IS_F32, IS_SIGNED, and for floats FN(name) (the
 * libm function) and the vector verbs VEC, ANY, VEC_SPLAT, VEC_MULADD, ... Included by isa.c once per compute type.
 */
#define NAME(x) NAME1(x, SUFFIX)
#define NAME1(x, suffix) NAME2(x, suffix)
#define NAME2(x, suffix) x##_##suffix

#if BITS == 32 && defined(MULTIPLIES_TILES)
#  define BY_TILES
#endif
#if IS_F32 && defined(MULTIPLIES_DOTS)
#  define BY_DOTS
#endif

#if IS_F32 && defined(PICKS)
#  define BY_HANDFULS
#endif

#include "scalar_ops.h"
#include "lanes.h"
#include "rows.h"
#include "chunks.h"
#include "map.h"
#include "ending.h"
#ifdef BY_HANDFULS
#  include "handful.h"
#endif
#include "contract.h"
#include "folds.h"
#include "reduce.h"
#include "arg.h"
#if BITS == 32 || IS_FLOAT
#  include "sliding_pass.h"
#endif
#ifdef VEC
#  include "tile.h"
#  include "gather.h"
#  include "product_walk.h"
#  if IS_F32 && defined(SHUFFLES)
#    include "across.h"
#  endif
#  ifdef BY_TILES
#    include "amx.h"
#  endif
#  ifdef BY_DOTS
#    include "dots.h"
#  endif
#  include "product_store.h"
#  include "listed.h"
#  include "product.h"
#  include "pack.h"
#endif
#if IS_FLOAT
#  include "small_tiles.h"
#endif
#if HAS_WINDOWS
#  include "window_tile.h"
#  if IS_F32 && defined(SHUFFLES)
#    include "window_wave.h"
#    include "window_high.h"
#    include "window_plane.h"
#    include "window_ribbon.h"
#    include "window_short.h"
#    include "pool_strip.h"
#    include "window_lines.h"
#    include "window_pool.h"
#    include "block.h"
#    include "flat.h"
#  endif
#  include "window_table.h"
#endif
#if IS_F32
#  include "winograd.h"
#endif

#undef BY_TILES
#undef BY_DOTS
#undef BY_HANDFULS
#undef ROW_NAME
#undef ROW_NAME1
#undef ROW_NAME2
#undef NAME
#undef NAME1
#undef NAME2
#undef T
#undef SUFFIX
#undef BITS
#undef NATIVE
#undef IS_FLOAT
#undef IS_F32
#undef IS_SIGNED
#undef FN
#undef VEC
#undef ANY
#undef VEC_SPLAT
#undef VEC_MULADD
#undef VEC_EVEN
#undef VEC_WINNER
#undef VEC_LOAD
#undef VEC_STORE
#undef VEC_MASK
#undef VEC_RANGE
#undef VEC_LOAD_SOME
#undef VEC_STORE_SOME
#undef VEC_STORE_FIRST
#undef VEC_CHOOSE
