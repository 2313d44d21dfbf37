/*
 * command_info.c - `strided info`: the library that runs, and what of this machine it can use.
 *
 * Kernels and threads are asked of the library, not of the machine: the answer is what an operator would get.
 */
#include "commands.h"
#include "report.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strided.h>
#include <unistd.h>
#ifdef STRIDED_HAVE_PNG
#include <png.h>
#endif

static const char help[] =
    "usage: strided info [--json]\n"
    "\n"
    "Version, kernels (found, and used: the environment variable STRIDED_MAX_ISA caps\n"
    "them), processors that threads could use (affinity and quota of this process),\n"
    "caches, page size, image formats.\n"
    "\n"
    "  --json  the same for programs\n";

enum { KERNELS = 6, LEVELS = 3 };
static const char *const kernels[KERNELS] = {"scalar", "neon", "avx2", "avx512", "avx512_vnni",
                                             "avx512_amx"};

struct info {
    char version[32];
    const char *used;    /* kernels */
    const char *cap;     /* STRIDED_MAX_ISA or NULL */
    const char *ignored; /* the same where it names no kernels */
    int found[KERNELS];
    int threads;
    long cache[LEVELS];  /* bytes; 0 if the system does not say */
    long page;
    const char *png;     /* libpng's version or NULL */
};

static int is_name(const char *kernel) {
    for (int k = 0; k < KERNELS; k++)
        if (!strcmp(kernel, kernels[k])) return 1;
    return 0;
}

static int is_found(const char *kernel) {
    strided_context *ctx = strided_context_new(&(strided_config){.isa = kernel});
    strided_context_release(ctx);
    return ctx != NULL;
}

/* A pool asked for more threads than there are processors gets as many as there are. */
static int usable_threads(void) {
    strided_context *ctx = strided_context_new(&(strided_config){.threads = 1 << 16});
    int n = strided_context_threads(ctx);
    strided_context_release(ctx);
    return n;
}

static long known(long value) { return value > 0 ? value : 0; }

static void ask_machine(struct info *i) {
    i->page = known(sysconf(_SC_PAGESIZE));
#ifdef _SC_LEVEL1_DCACHE_SIZE
    i->cache[0] = known(sysconf(_SC_LEVEL1_DCACHE_SIZE));
    i->cache[1] = known(sysconf(_SC_LEVEL2_CACHE_SIZE));
    i->cache[2] = known(sysconf(_SC_LEVEL3_CACHE_SIZE));
#endif
}

static struct info gather(void) {
    int v = strided_version();
    const char *cap = getenv("STRIDED_MAX_ISA");
    struct info i = {.used = strided_context_isa(NULL), .threads = usable_threads()};

    if (cap && *cap) *(is_name(cap) ? &i.cap : &i.ignored) = cap;
    snprintf(i.version, sizeof i.version, "%d.%d.%d", v / 1000000, v / 1000 % 1000, v % 1000);
    for (int k = 0; k < KERNELS; k++) i.found[k] = is_found(kernels[k]);
    ask_machine(&i);
#ifdef STRIDED_HAVE_PNG
    i.png = png_get_libpng_ver(NULL);
#endif
    return i;
}

/* ---- for people ---------------------------------------------------------------------------------- */

static void print_size(const char *label, long bytes) {
    if (!bytes) return;
    if (bytes >= 1 << 20) printf("%s %.4g MiB", label, (double)bytes / (1 << 20));
    else printf("%s %.4g KiB", label, (double)bytes / (1 << 10));
}

static void print_caches(const struct info *i) {
    if (!i->cache[0] && !i->cache[1] && !i->cache[2]) return;
    printf("caches    ");
    print_size(" L1", i->cache[0]);
    print_size(", L2", i->cache[1]);
    print_size(", L3", i->cache[2]);
    printf("\n");
}

static void print_kernels(const struct info *i) {
    printf("kernels    %s (found:", i->used);
    for (int k = 0; k < KERNELS; k++)
        if (i->found[k]) printf(" %s", kernels[k]);
    if (i->cap) printf("; capped by STRIDED_MAX_ISA=%s", i->cap);
    if (i->ignored) printf("; STRIDED_MAX_ISA=%s names none and caps nothing", i->ignored);
    printf(")\n");
}

static void print_text(const struct info *i) {
    printf("libstrided %s\n", i->version);
    print_kernels(i);
    printf("threads    1, unless a context asks for more; %d would be of use here\n", i->threads);
    print_caches(i);
    print_size("page      ", i->page);
    printf(i->png ? "\nimages     PNG (libpng %s), PPM, PGM, PBM\n" : "\nimages     PPM, PGM, PBM; PNG was not built in\n",
           i->png);
}

/* ---- for programs -------------------------------------------------------------------------------- */

/* Text from the environment, as a JSON string. */
static void print_string(const char *text) {
    putchar('"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') printf("\\%c", c);
        else if (c < 32 || c > 126) printf("\\u%04x", c);
        else putchar(c);
    }
    putchar('"');
}

static void print_optional(const char *key, const char *text, const char *end) {
    printf("  \"%s\": ", key);
    if (text) print_string(text);
    else printf("null");
    printf("%s\n", end);
}

static void print_json(const struct info *i) {
    printf("{\n  \"version\": \"%s\",\n  \"isa\": \"%s\",\n  \"isa_found\": [", i->version, i->used);
    for (int k = 0, n = 0; k < KERNELS; k++)
        if (i->found[k]) printf("%s\"%s\"", n++ ? ", " : "", kernels[k]);
    printf("],\n");
    print_optional("isa_cap", i->cap, ",");
    printf("  \"usable_threads\": %d,\n  \"cache_bytes\": [%ld, %ld, %ld],\n  \"page_bytes\": %ld,\n", i->threads,
           i->cache[0], i->cache[1], i->cache[2], i->page);
    print_optional("libpng", i->png, "");
    printf("}\n");
}

static int run(int argc, char **argv) {
    static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
    int c, json = 0;

    opterr = 0;
    while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (c != 'j') return bad_option(c, argv);
        json = 1;
    }
    if (optind < argc) return misuse("what is '%s'?", argv[optind]);
    struct info i = gather();
    if (json) print_json(&i);
    else print_text(&i);
    return DONE;
}

const struct command command_info = {"info", "the library, and what of this machine it can use", help, run};
