/*
 * peer_torch.c - PyTorch, in a process of its own that times itself: bench/torch_peer.py. Asked for with --torch.
 *
 * Its tensors hold values of their own, so its results are not compared.
 */
#define _GNU_SOURCE
#include "bench.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static FILE *asks, *answers;
static int making; /* the problem that the other side holds now */

struct state {
    int problem;
    char *text;
};

static int spawn(void)
{
    int to[2], from[2];
    char script[1024];
    snprintf(script, sizeof script, "%s/torch_peer.py", BENCH_FOLDER);
    if (pipe(to) != 0 || pipe(from) != 0) return 0;
    pid_t child = fork();
    if (child < 0) return 0;
    if (child == 0) {
        dup2(to[0], 0);
        dup2(from[1], 1);
        close(to[1]);
        close(from[0]);
        execl("/usr/bin/python3", "python3", script, (char *)NULL); /* the one that Debian's python3-torch is for */
        execlp("python3", "python3", script, (char *)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    asks = fdopen(to[1], "w");
    answers = fdopen(from[0], "r");
    signal(SIGPIPE, SIG_IGN);
    char word[16];
    return asks && answers && fgets(word, sizeof word, answers) && strcmp(word, "ready\n") == 0;
}

static int open_torch(void) { return options.torch && spawn(); }

static int ask(char *answer, int size, const char *word, const char *rest)
{
    return fprintf(asks, "%s %s\n", word, rest) > 0 && fflush(asks) == 0 && fgets(answer, size, answers) != NULL;
}

static double time_it(void *state, double seconds)
{
    struct state *s = state;
    char answer[256], text[32];
    if (making != s->problem) {
        if (!ask(answer, sizeof answer, "make", s->text) || strncmp(answer, "ok", 2) != 0) return 1e9;
        making = s->problem;
    }
    snprintf(text, sizeof text, "%g", seconds);
    return ask(answer, sizeof answer, "time", text) ? strtod(answer, NULL) : 1e9;
}

static void drop(void *state)
{
    struct state *s = state;
    free(s->text);
    free(s);
}

static void put_list(FILE *f, const char *name, int n, const int64_t *v)
{
    fprintf(f, ", \"%s\": [", name);
    for (int i = 0; i < n; i++) fprintf(f, "%s%lld", i ? ", " : "", (long long)v[i]);
    fputc(']', f);
}

static const char *view_name(const strided_tensor *x)
{
    int w = strided_ndim(x) - 1;
    int64_t sw = strided_stride(x, w), sh = w > 2 ? strided_stride(x, w - 1) : 0, n = strided_count(x);
    if (strided_storage_count(x) == n)
        return w > 2 && sw > sh && strided_dim(x, w) > 1 && strided_dim(x, w - 1) > 1 ? "swap_hw" : "none";
    if (strided_storage_count(x) < n) return "batch0";
    if (strided_offset(x) > 0) return "crop";
    return strided_storage_count(x) == 2 * n ? "channel2" : "step2";
}

static void put_window(FILE *f, const struct problem *p, int nd)
{
    int64_t stride[3], dilation[3], pad[3];
    int pool = p->op == OP_POOL;
    for (int a = 0; a < nd; a++) {
        stride[a] = pool ? p->pool.stride[a] : p->conv.stride[a];
        if (!stride[a]) stride[a] = pool ? p->pool.size[a] : 1;
        dilation[a] = pool || !p->conv.dilation[a] ? 1 : p->conv.dilation[a];
        pad[a] = pool ? p->pool.pad[a][0] : p->conv.pad[a][0];
    }
    put_list(f, "stride", nd, stride);
    put_list(f, "dilation", nd, dilation);
    put_list(f, "pad", nd, pad);
}

static int has_negative(const strided_tensor *x)
{
    for (int a = 0; a < strided_ndim(x); a++)
        if (strided_stride(x, a) < 0) return 1;
    return 0;
}

static int make(struct contender *c, const struct problem *p, int variant)
{
    (void)variant;
    static int problems;
    if ((p->op != OP_CONV && p->op != OP_POOL) || strided_dtype_of(p->x) != STRIDED_F32 || has_negative(p->x)) return 0;
    struct state *s = calloc(1, sizeof *s);
    size_t size;
    FILE *f = s ? open_memstream(&s->text, &size) : NULL;
    if (!f) return 0;
    int nd = strided_ndim(p->x) - 2, conv = p->op == OP_CONV;
    fprintf(f, "{\"op\": \"%s\", \"threads\": %d, \"last\": %s, \"view\": \"%s\", \"groups\": %lld",
            conv                               ? "conv"
            : p->pool.kind == STRIDED_POOL_MAX ? "max"
                                               : "avg",
            p->threads, strided_stride(p->x, 1) == 1 ? "true" : "false", view_name(p->x),
            (long long)(p->conv.groups ? p->conv.groups : 1));
    put_list(f, "x", nd + 2, strided_shape(p->x));
    if (conv)
        put_list(f, "w", nd + 2, strided_shape(p->w));
    else
        put_list(f, "size", nd, p->pool.size);
    put_window(f, p, nd);
    fputc('}', f);
    fclose(f);
    s->problem = ++problems;
    c->state = s;
    c->slice = time_it;
    c->drop = drop;
    return 1;
}

const struct peer peer_torch = {"pytorch", 1, open_torch, make};
