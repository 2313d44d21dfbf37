/*
 * conformance.h - what the files of the conformance runner share.
 *
 * A suite is a folder (suite.c) of cases (parse.c). A case is replayed through the public interface only, several
 * times (replay.c): its operands are made (operands.c), its operation is found in a list (ops.h) and run, and what
 * came out is compared with what was stored (compare.c). README.md in this folder describes the format.
 *
 * Nothing here uses the library's own conversions or index arithmetic to judge a result.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <stddef.h>
#include <stdint.h>
#include <strided.h>

enum { MAX_ATTRS = 32, MAX_STEPS = 32, MAX_INS = 32, MAX_OUTS = 8, MAX_WORDS = 64, COMPLAINT_SIZE = 512 };

/* ---- suite.c: a folder in memory ----------------------------------------------------------------- */

struct suite {
    char          *name;  /* last part of the folder's path */
    char          *text;  /* cases.txt, terminated; the parser cuts it up */
    unsigned char *file;  /* data.npy */
    const unsigned char *data; /* its body, inside file */
    size_t         size;  /* bytes in the body */
};

int  suite_load(struct suite *s, const char *folder, char *why, size_t why_size); /* 1 = loaded */
void suite_free(struct suite *s);

/* ---- parse.c: one case at a time ----------------------------------------------------------------- */

/* Where the elements of a view lie in a storage of `length` elements. */
struct layout {
    int64_t length, offset;
    int     ndim;
    int64_t shape[STRIDED_MAX_NDIM], strides[STRIDED_MAX_NDIM];
};

struct operand {
    const char   *name;
    strided_dtype dtype;
    char          source;  /* D: bytes at `at` of the data; G: generated from seed `at`; H: checksum `at` */
    uint64_t      at;
    int64_t       stored;  /* D: elements in the data */
    double        scale;   /* H: each value times this is summed */
    const char   *samples; /* H: "index value index value ..." or NULL */
    struct layout layout;  /* outputs without one of their own: row-major */
};

struct attribute { const char *key, *text; };

struct oracle_case {
    const char *name, *op, *src;
    int         line;
    int         nattrs, nsteps, nins, nouts;
    struct attribute attrs[MAX_ATTRS];
    const char *steps[MAX_STEPS];
    struct operand ins[MAX_INS], outs[MAX_OUTS];
    int         exact;
    double      rtol, atol;
    const char *error; /* NULL, or the word that hints at why the call is refused */
};

struct reader { char *next; int line; };

/* 1 = a case, 0 = the end, -1 = malformed, and why. The case points into the reader's text. */
int read_case(struct reader *r, struct oracle_case *c, char *why, size_t why_size);

/* The next word of *at, cut out in place, or NULL. */
char *next_word(char **at);
/* Does the operand's data lie inside the suite? */
int operand_fits(const struct operand *o, const struct suite *s);

int64_t layout_count(const struct layout *l);
void    layout_row_major(struct layout *l);

const char *attr_text(const struct oracle_case *c, const char *key); /* NULL if absent */
int     attr_ints(const struct oracle_case *c, const char *key, int64_t *values, int most); /* how many; 0 if absent */
int64_t attr_int(const struct oracle_case *c, const char *key, int64_t otherwise);
double  attr_real(const struct oracle_case *c, const char *key, double otherwise);

/* ---- values.c: element types, independent of the library ------------------------------------------ */

/* Wide enough for every int64, uint64 and double. */
typedef long double wide;

#define CANARY 0x7b /* the byte that destinations are filled with; a large number in every element type */

size_t dtype_bytes(strided_dtype t);
int    dtype_parse(const char *name, strided_dtype *t);
wide   value_at(strided_dtype t, const void *p);
/* Element i of the generated storage with this seed: an integer from -8 to 8. */
void   generate(strided_dtype t, void *p, uint64_t seed, uint64_t i);

/* ---- operands.c: tensors of a case ---------------------------------------------------------------- */

struct slot {
    const char    *name;
    const struct operand *spec;
    strided_tensor *tensor;   /* released with the slot */
    strided_tensor *storage;  /* all of it, one axis; released with the slot */
    unsigned char  *block;    /* owned; outputs: guard bytes, the storage, guard bytes */
    size_t          bytes;    /* of block */
    uint64_t        digest;   /* inputs: of block, when it was made */
};

/* One way to run a case; all of them must give the same bits. */
enum variant { PLAIN, TWO_THREADS, AUTO_PAD, COMPACT, PLAN, VARIANTS };

struct call {
    const struct oracle_case *c;
    const struct suite *suite;
    strided_context    *ctx;
    enum variant variant;
    struct slot  ins[MAX_INS], outs[MAX_OUTS];
    int          nins, nouts;
    int          not_offered;
    char         complaint[COMPLAINT_SIZE]; /* the first thing found wrong; empty = nothing */
};

enum { GUARD_BYTES = 64 };

/* 1 = made; otherwise the complaint says why. call_close() in either case. */
int  call_open(struct call *k, const struct suite *s, const struct oracle_case *c, strided_context *ctx,
               enum variant variant);
void call_close(struct call *k);
/* A destination of this dtype and layout, all canary. */
int  slot_open_output(struct call *k, struct slot *slot, const char *name, strided_dtype dtype,
                      const struct layout *layout);
void slot_close(struct slot *slot);
int  inputs_untouched(struct call *k);
int  all_canary(const struct slot *slot);

strided_tensor *input(const struct call *k, const char *name);  /* NULL if the case has none */
strided_tensor *output(const struct call *k, const char *name);
void complain(struct call *k, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- compare.c ------------------------------------------------------------------------------------ */

/* The elements of a view whose element 0,0,... is at `first` against what the operand says they are. */
int matches(struct call *k, const struct operand *want, strided_dtype dtype, const void *first, const int64_t *strides);
/* The slot's elements match, and nothing outside its view was written. */
int output_matches(struct call *k, const struct slot *slot);

/* ---- replay.c, refuse.c --------------------------------------------------------------------------- */

enum outcome { PASSED, FAILED, NOT_OFFERED };

struct contexts { strided_context *one, *two; }; /* one thread, two threads */

/* `complaint` (COMPLAINT_SIZE bytes) says what is wrong with a failed case. */
enum outcome replay(const struct suite *s, const struct oracle_case *c, const struct contexts *contexts,
                    char *complaint);

struct operation;
/* The case must be refused, whatever destination it is given, and nothing written. */
enum outcome refuse(const struct suite *s, const struct oracle_case *c, const struct operation *op,
                    strided_context *ctx, char *complaint);

#endif
