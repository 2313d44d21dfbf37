/*
 * bench.h - what the files of the benchmark share.
 *
 * A *problem* is one operator on tensors of one layout. A *contender* is one way to solve it: libstrided (with a plan,
 * by the immediate call, with another arithmetic) or a peer. A *trial* runs the contenders of one problem in turns and
 * leaves a *result*. *Yards* are what a time is held against: the time that the same work takes at the FMA peak or at
 * the bandwidth of this machine, measured in the same turn. *Bars* are the figures that the project promises.
 *
 * The benchmark uses nothing but the public face of the library.
 */
#ifndef STRIDED_BENCH_H
#define STRIDED_BENCH_H

#include <strided.h>
#include <stdio.h>

/* ---- options ------------------------------------------------------------------------------------- */

struct options {
    const char *families, *filter, *layouts, *peers; /* comma-separated; NULL = all */
    const char *isa;                         /* NULL = the best there is */
    const char *json, *svg, *workloads;      /* file, folder, folder; json and svg may be NULL */
    double seconds;                          /* per contender and problem */
    double patience;                         /* seconds of all waits for a quiet core */
    int    threads, rounds, cpu;             /* cpu -1 = the last one allowed */
    int    verbose, quick, torch, as_installed;
};

extern struct options options;
void options_parse(int argc, char **argv);
/* Whether `word` is an element of the comma-separated `list`; NULL holds everything. */
int  option_lists(const char *list, const char *word);
/* Whether a layer's name passes --filter: it contains one of the words. */
int  option_filter(const char *name);
/* The context that tensors are made in: options.isa, and as many threads. Kept until exit; NULL on failure. */
strided_context *bench_context(int threads);

/* ---- the machine --------------------------------------------------------------------------------- */

double      now(void); /* seconds of the wall clock */
/* What samples are measured by: the processor time of this thread, which leaves out what other programs took from us;
 * where several threads work, the wall clock. The two are the same on a quiet machine. */
double      worked(void);
void        clock_by_wall(int wall);
const char *machine_cpu(void);
int         machine_cpus(void);
void        machine_pin(int pinned);   /* to options.cpu, or to what was allowed at the start */
void        machine_forget_peak(void); /* gives free memory back and forgets the largest size so far */
size_t      machine_resident(void);    /* bytes now */
size_t      machine_peak(void);        /* largest since machine_forget_peak() */

/* ---- yards --------------------------------------------------------------------------------------- */

enum { LEVELS = 4 }; /* L1, L2, L3, DRAM */

struct bandwidth { size_t bytes; double read, write, copy; }; /* bytes a second; copy counts both ways */

void  *room_of(size_t bytes); /* cleared; free() takes it back */
void   probe_open(void);      /* chooses the widest set of options.isa */
double probe_peak(void);      /* flops a second of one core, now; about a third of a millisecond */
double probe_whole(void);     /* seconds of a loop that needs the whole core; a few microseconds */
double probe_stream(size_t read, size_t written); /* seconds to read and write as much, warm */
double probe_memcpy(size_t bytes);                /* seconds to copy as much, warm */
const char *probe_isa(void);
const struct bandwidth *probe_levels(void); /* LEVELS of them, measured at the first call */
const char *probe_level_name(int level);
int    probe_level(size_t bytes);           /* the level that a working set lives in */
/* The least time that work of this size can take on one core: the FMA peak or the bandwidth of its level. */
double probe_roof(double flops, size_t read, size_t written, double peak);

/* Whether nobody else works on this core, as far as one can tell; waits for it a while. */
int    quiet_now(void);
void   quiet_wait(void);
int    quiet_wasted(double seconds); /* counts as waiting; whether there is patience left */
double quiet_waited(void);           /* seconds in all */

enum yard { YARD_FMA, YARD_STREAM, YARD_MEMCPY };

/* ---- workloads ----------------------------------------------------------------------------------- */

struct layer {
    char    name[40];
    char    kind[12];  /* conv1d, conv2d, conv3d, maxpool, avgpool */
    int64_t n, c, h, w, k, r, s, stride, pad, dil, groups, d, t, count;
};

struct product { char name[24]; int64_t m, n, k; char op_a[4], op_b[4]; };

/* The rows of a file of options.workloads that pass the filter. Exits with a message if there is no such file. */
int workload_layers(const char *file, struct layer *rows, int most);
int workload_products(const char *file, struct product *rows, int most);
/* What kind of layer this is, for the tables: "3x3", "1x1 s2", "dw 3-5", "stem", ... */
const char *layer_class(const struct layer *l);
int         layer_spatial(const struct layer *l);
double      layer_flops(const struct layer *l); /* every tap counts, padding included */
/* Whether default arithmetic may be something else than the direct sum. */
int         layer_transforms(const struct layer *l);

/* ---- layouts ------------------------------------------------------------------------------------- */

enum view { VIEW_NONE, VIEW_FLIP_W, VIEW_CROP, VIEW_CHANNEL2, VIEW_SWAP_HW, VIEW_BATCH0, VIEW_STEP2 };

struct layout {
    const char *name, *group; /* group: what --layout selects it by, besides its name */
    int         x_last, y_last; /* channels last in memory? */
    enum view   view;           /* of x */
};

extern const struct layout layouts[];
extern const int           layout_count;
int layout_wanted(const struct layout *l);

/* An uninitialised tensor of logical shape (N, C, spatial...), channels first or last in memory, seen through a view of
 * something larger. */
strided_tensor *layout_tensor(strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape, int last,
                              enum view view);
/* Values in [-scale, scale] (integers: small ones), in every element of the storage that the view may reach. */
int             tensor_fill(strided_tensor *x, double scale, uint64_t seed);
/* Largest difference, divided by the root mean square of b. NaN if they cannot be compared. */
double          tensor_distance(const strided_tensor *a, const strided_tensor *b);
size_t          tensor_bytes(const strided_tensor *x); /* of the elements of its shape, each counted once */

/* ---- problems and contenders --------------------------------------------------------------------- */

enum op { OP_CONV, OP_CONV_TRANSPOSE, OP_GRAD_INPUT, OP_GRAD_WEIGHT, OP_POOL, OP_PRODUCT, OP_COPY, OP_UNARY, OP_BINARY,
          OP_REDUCE };

/* y <- x, w. For products x and w are the matrices; for OP_GRAD_INPUT x is dy and y is dx; for OP_GRAD_WEIGHT x is dy,
 * w is the input and y is dw. */
struct problem {
    enum op op;
    strided_tensor *y, *x, *w;
    strided_conv_params conv;
    strided_pool_params pool;
    int sub;                   /* strided_unary_op, strided_binary_op, strided_reduce_op */
    int naxes; int64_t axes[4]; /* of OP_REDUCE */
    int threads;
};

struct contender {
    const char *name;
    int         peer;               /* 0: it is libstrided */
    void       *state;
    int       (*run)(void *state);  /* 0, or it failed */
    int       (*copies)(void *state); /* the part of run() that only changes layouts; NULL: there is none */
    double    (*slice)(void *state, double seconds); /* times itself and gives the least seconds of a run; or NULL */
    void      (*drop)(void *state);
    size_t      scratch;            /* bytes that it says it works in */
};

/* A library. make() sets up `variant` for a problem (plans, packed weights, generated code) and fills *c; 0 if it does
 * not offer that. */
struct peer {
    const char *name;
    int         variants;
    int       (*open)(void); /* 0: not to be had. NULL: always there */
    int       (*make)(struct contender *c, const struct problem *p, int variant);
};

/* The variants of `ours`. */
enum { OURS_DEFAULT, OURS_STRICT, OURS_FAST, OURS_CALL, OURS_CALL_STRICT, OURS_EINSUM, OURS_EINSUM_CALL, OURS_CHAPTER };
extern const struct peer ours;

extern const struct peer *const *const peers; /* NULL at the end; those that are open */
void peers_open(void);

/* ---- trials and results -------------------------------------------------------------------------- */

enum { ENTRIES_MAX = 16, ROUNDS_MAX = 64 };

struct entry {
    char   name[24];
    int    peer, threads;
    double share;   /* median over the rounds of yard time / time */
    double spread;  /* of the share: upper minus lower quartile, divided by the median */
    double seconds; /* the least time of a run */
    double copies, make, first; /* seconds: changing layouts, setting up, first run */
    double error;   /* distance from the first entry's result */
    int    samples, disturbed; /* how many; of them while others worked on this core (see quiet.c) */
    size_t scratch, extra; /* bytes: as it says; growth of the resident size while it was made and first run */
};

struct result {
    char   family[12], class_name[24], name[48], layout[24];
    struct layer layer; /* name[0] == 0 if it is not one of these */
    enum yard yard;
    double flops, roof; /* roof: least time possible, seconds */
    size_t read, written;
    int    entries;
    struct entry entry[ENTRIES_MAX];
};

struct trial {
    struct result    *r;
    struct problem    p;
    const struct layer *layer;
    int               n, rounds;
    struct contender  c[ENTRIES_MAX];
    strided_tensor   *y[ENTRIES_MAX];
    const struct problem *of[ENTRIES_MAX]; /* what each solves */
    double            sample[ENTRIES_MAX][ROUNDS_MAX], share[ENTRIES_MAX][ROUNDS_MAX], spent[ENTRIES_MAX];
    int               samples[ENTRIES_MAX];
};

/* Begins the trial of t->p: everything but p and r's names is set up here. */
void trial_begin(struct trial *t, const char *family, const char *class_name, const char *name, const char *layout);
void trial_yard(struct trial *t, enum yard yard, double flops, size_t read, size_t written);
/* Takes part: one variant of a library under a name of its own (NULL: the library's). 0 if it cannot. */
int  trial_admit(struct trial *t, const struct peer *from, int variant, const char *name);
/* The same for another problem than t->p: another layout, another dtype. Results of one problem are compared. */
int  trial_admit_other(struct trial *t, const struct peer *from, int variant, const char *name,
                       const struct problem *p);
void trial_admit_peers(struct trial *t); /* every variant of every peer */
/* Runs the rounds, keeps the result (NULL if nobody took part), releases the contenders but not t->p's tensors. */
const struct result *trial_end(struct trial *t);

int  results_count(void);
const struct result *result_at(int i);
struct result *result_new(void);
/* The entry of that name, else of default arithmetic where that name would be the same; NULL if there is none. */
const struct entry *result_entry(const struct result *r, const char *name);
const struct entry *result_best_peer(const struct result *r);
void problem_release(struct problem *p);
double problem_flops(const struct problem *p); /* of convolutions and products; of others 0 */

/* ---- families ------------------------------------------------------------------------------------ */

void family_conv(void);
void family_views(void);
void family_grad(void);
void family_pool(void);
void family_product(void);
void family_move(void);
void family_types(void);
void family_uses(void);
void family_threads(void);
void family_einsum(void);
void family_plan(void);
void family_process(void);

/* The convolution of a layer: tensors filled, params set. 0 after a message if it cannot be made. */
int  conv_problem(struct problem *p, const struct layer *l, const struct layout *layout, strided_dtype dtype,
                  int threads);
/* `ours` with each arithmetic that differs on this layer, then the peers. */
void conv_contenders(struct trial *t);

/* ---- output -------------------------------------------------------------------------------------- */

void table_classes(const char *family);
void table_layer(const struct result *r); /* for -v */
void table_costs(void);
void table_disturbed(void);
void table_bars(void);
void json_write(const char *path);
void svg_write(const char *folder);
void progress(const char *format, ...) __attribute__((format(printf, 1, 2))); /* one line on a terminal, kept short */

struct bar_figure { const char *group, *label; double figure, bar; int at_most, measured; const char *unit; };
int bars_count(void);
struct bar_figure bar_at(int i);

double geomean(int n, const double *v);
double median(int n, double *v); /* sorts v */

#endif
