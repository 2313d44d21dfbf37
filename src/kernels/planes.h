/*
 * planes.h - what moves elements as bits (plane.h for each of their sizes), and a nest as planes: two axes that a kernel does
 * at once, with a cursor over the others.
 */
#ifndef STRIDED_SRC_PLANES_H
#define STRIDED_SRC_PLANES_H

#include "cursor.h"
#include "pieces.h"
#include "../base/checked.h"
#include <stdlib.h>
#include <string.h>

/* One side of a move: element (0, 0), and bytes from line to line and along a line. Not copied as a whole either (cursor.h). */
struct side { char *at; int64_t line, step; };

enum { STREAM_BYTES = 32 << 20, STREAM_LINE = 128, STREAM_BLOCK = 8192 }; /* what caches do not hold; the shortest lines worth it; at once */
enum { READ_AHEAD = 1 << 13 }; /* bytes from what is read to what is asked for beside it, of long runs that may come from memory */
enum { TURN_HIGH = 64, TURN_WIDE = 256 };  /* bytes of each side that are done together: whole cache lines */
/* The same of a side whose lines push each other out of the cache: each is used up while it is there. A cache that serves long vectors has room for more. */
enum { TURN_CROWDED = VECTOR_BYTES == 64 ? 1 : 2 };
enum { SHORT_LINE = 8 };                   /* elements: others are filled in the order in which dst lies, however many lines there are */

static inline void swap(int64_t *a, int64_t *b) { int64_t c = *a; *a = *b; *b = c; }

/* How few places of a cache, lines at this distance share: the largest power of two in it. */
static inline int64_t crowding(int64_t step) { return step & -step; }

/* How many lines later the one lies that is asked for beside a line. Before the next one comes from afar, vectors of 64 bytes would be there. */
static inline int64_t lines_ahead(int64_t step, int64_t lines)
{
    const int64_t some = VECTOR_BYTES == 64 && step ? READ_AHEAD / llabs(step) : 1;
    return some < lines ? max_size(some, 1) : 1;
}

/* Lines at this distance that a small cache (8 ways of 4 KiB) holds for sure. */
static inline int64_t lines_that_fit(int64_t step) { return 8 * max_size(1, 4096 / max_size(1, crowding(step))); }

/* At least a vector; the last of them may overlap the one before it. */
ALWAYS_INLINE void copy_vectors(char *d, const char *s, int64_t bytes, int vectors)
{
    UNROLL(8)
    for (int i = 0; i < vectors - 1; i++) put_wide(d + i * VECTOR_BYTES, get_wide(s + i * VECTOR_BYTES));
    put_wide(d + bytes - VECTOR_BYTES, get_wide(s + bytes - VECTOR_BYTES));
}

/* Dense lines that are shorter than a vector: their first and their last bytes, of which some are both. */
static void copy_short(struct side d, struct side s, int64_t lines, int64_t bytes)
{
#define ENDS(n) \
    if (bytes >= n) { \
        for (int64_t l = 0; l < lines; l++, d.at += d.line, s.at += s.line) { \
            memcpy(d.at, s.at, n); \
            memcpy(d.at + bytes - n, s.at + bytes - n, n); \
        } \
        return; \
    }
    ENDS(32) ENDS(16) ENDS(8) ENDS(4) ENDS(2) ENDS(1)
#undef ENDS
}

/* Dense lines; short ones without a call. */
static void copy_lines(struct side d, struct side s, int64_t lines, int64_t bytes)
{
#define SHORT(n) case n: for (int64_t l = 0; l < lines; l++) copy_vectors(d.at + l * d.line, s.at + l * s.line, bytes, n); break;
    switch ((bytes + VECTOR_BYTES - 1) / VECTOR_BYTES) {
        SHORT(1) SHORT(2) SHORT(3) SHORT(4) SHORT(5) SHORT(6) SHORT(7) SHORT(8)
    default:
        for (int64_t l = 0; l < lines; l++) memcpy(d.at + l * d.line, s.at + l * s.line, (size_t)bytes);
    }
#undef SHORT
}

/* What lies READ_AHEAD behind dense bytes that are read next, of operands that come from memory. (Processors without vectors of 64 bytes are held up
 * by many such wishes at once.) */
static inline void ask_ahead(const void *p, int64_t bytes)
{
    enum { FEW = 1024 };
    for (int64_t i = 0; (VECTOR_BYTES == 64 || bytes <= FEW) && i < bytes; i += 64) __builtin_prefetch((const char *)p + READ_AHEAD + i);
}

/* The same bytes, past the caches. */
static void stream_bytes(char *d, const char *s, int64_t bytes)
{
    const int64_t head = min_size(bytes, (int64_t)(-(uintptr_t)d % VECTOR_BYTES)), end = bytes - (bytes - head) % VECTOR_BYTES;
    memcpy(d, s, (size_t)head);
    for (int64_t i = head; i < end; i += VECTOR_BYTES) stream_wide(d + i, get_wide(s + i));
    memcpy(d + end, s + end, (size_t)(bytes - end));
}

#define ELEM uint8_t
#define BITS 8
#define LOW LOW_8
#define HIGH HIGH_8
#define BACK BACK_8
#define EVEN EVEN_8
#include "plane.h"

#define ELEM uint16_t
#define BITS 16
#define LOW LOW_16
#define HIGH HIGH_16
#define BACK BACK_16
#define EVEN EVEN_16
#include "plane.h"

#define ELEM uint32_t
#define BITS 32
#define LOW LOW_32
#define HIGH HIGH_32
#define BACK BACK_32
#define EVEN EVEN_32
#include "plane.h"

#define ELEM uint64_t
#define BITS 64
#define LOW LOW_64
#define HIGH HIGH_64
#define BACK BACK_64
#define EVEN EVEN_64
#include "plane.h"

/* lines x n elements of `size` bytes. */
static void move_plane(int64_t size, const struct side *d, const struct side *s, int64_t lines, int64_t n)
{
    switch (size) {
    case 1:  plane_8(d, s, lines, n); break;
    case 2:  plane_16(d, s, lines, n); break;
    case 4:  plane_32(d, s, lines, n); break;
    default: plane_64(d, s, lines, n); break;
    }
}

/* The kept axes of a nest: y is the one that the destination walks fastest; x is one along which an operand's memory runs while
 * it does not along y, else the next one out. Neither has a map, unless x is of extent 1. */
struct planes {
    const struct nest_axis *x, *y;
    struct nest_axis outer[NEST_AXES];
    int outers;
    int turned;  /* an operand runs along x */
    int stream;  /* the destination is written past the caches */
};

static inline int runs_along(const struct nest_axis *a, int o) { return a->stride[o] == 1 || a->stride[o] == -1; }

static inline int runs_across(const struct work *w, const struct nest_axis *x, const struct nest_axis *y)
{
    for (int o = 0; o < NEST_OPERANDS; o++)
        if (w->dtype[o] && runs_along(x, o) && !runs_along(y, o) && y->stride[o]) return 1;
    return 0;
}

/* The axis to be x; -1: none. */
static inline int other_axis(const struct work *w, const struct nest *n)
{
    const int y = n->keep - 1;
    if (y < 1 || has_map(&n->axis[y])) return -1;
    for (int i = y - 1; i >= 0; i--)
        if (!has_map(&n->axis[i]) && runs_across(w, &n->axis[i], &n->axis[y])) return i;
    return has_map(&n->axis[y - 1]) ? -1 : y - 1;
}

/* The destination is more than the caches hold, and its lines are not short. Without vectors there is nothing to stream with. */
static inline int streams(const struct work *w, const struct nest_axis *y)
{
    double bytes = (double)size_of(w->dtype[NEST_DST]);
    for (int i = 0; i < w->nest.keep; i++) bytes *= (double)w->nest.axis[i].len;
    return VECTOR_BYTES > 16 && bytes >= STREAM_BYTES && y->stride[NEST_DST] == 1 && y->len * size_of(w->dtype[NEST_DST]) >= STREAM_LINE;
}

static inline void planes_of(struct planes *p, const struct work *w, const struct nest *n)
{
    const int x = other_axis(w, n);
    p->y = n->keep ? &n->axis[n->keep - 1] : &single_axis;
    p->x = x < 0 ? &single_axis : &n->axis[x];
    p->turned = runs_across(w, p->x, p->y);
    p->stream = w->kind == WORK_MAP && streams(w, p->y);
    p->outers = 0;
    for (int i = 0; i < n->keep - 1; i++)
        if (i != x) p->outer[p->outers++] = n->axis[i];
}

/* MAP_COPY between operands of one dtype: bits. Bool is not: any non-zero byte reads as 1. */
static inline int moves_bits(const struct work *w, const struct nest *n)
{
    const strided_dtype t = w->dtype[NEST_A];
    return w->op == MAP_COPY && t == w->dtype[NEST_DST] && t != STRIDED_BOOL && !(n->keep && has_map(&n->axis[n->keep - 1]));
}

/* h x w elements by way of a block that stays in the cache. */
static void stream_block(int64_t size, const struct side *d, const struct side *s, int64_t h, int64_t w)
{
    char block[STREAM_BLOCK] __attribute__((aligned(64)));
    if (h == 1 && s->step == size) ask_ahead(s->at, w * size);
    move_plane(size, &(struct side){ block, w * size, size }, s, h, w);
    for (int64_t l = 0; l < h; l++) stream_bytes(d->at + l * d->line, block + l * w * size, w * size);
}

static void stream_plane(int64_t size, const struct side *d, const struct side *s, int64_t lines, int64_t n, int turned)
{
    const int64_t high = turned ? TURN_HIGH / size : 1;
    const int few = turned && VECTOR_BYTES < 64 && lines * size <= TURN_WIDE; /* what is left of a line of the cache is still there */
    const int64_t wide = few ? TURN_HIGH / size : STREAM_BLOCK / size / high;
    for (int64_t i = 0; i < n; i += wide)
        for (int64_t l = 0; l < lines; l += high) {
            const struct side to = { d->at + l * d->line + i * d->step, d->line, d->step };
            const struct side from = { s->at + l * s->line + i * s->step, s->line, s->step };
            stream_block(size, &to, &from, min_size(high, lines - l), min_size(wide, n - i));
        }
}

static void move_bits(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
    const int64_t size = size_of(w->dtype[NEST_A]);
    struct planes p;
    struct cursor k;
    planes_of(&p, w, n);
    work_units(w, k.unit);
    cursor_start(&k, p.outer, p.outers, data);
    do {
        const struct side d = { k.at[NEST_DST], p.x->stride[NEST_DST] * size, p.y->stride[NEST_DST] * size };
        const struct side s = { k.at[NEST_A], p.x->stride[NEST_A] * size, p.y->stride[NEST_A] * size };
        if (p.stream) stream_plane(size, &d, &s, p.x->len, p.y->len, p.turned);
        else move_plane(size, &d, &s, p.x->len, p.y->len);
    } while (cursor_next(&k));
    if (p.stream) stream_end();
}

#endif
