/*
 * workload.c - problems from files: public networks' layers, one a line. workloads/README says what the columns are.
 */
#include "bench.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_rows(const char *file)
{
    char path[1024], heading[256];
    snprintf(path, sizeof path, "%s/%s", options.workloads, file);
    FILE *f = fopen(path, "r");
    if (!f || !fgets(heading, sizeof heading, f)) {
        fprintf(stderr, "bench: cannot read %s (--workloads says where the workloads lie)\n", path);
        exit(2);
    }
    return f;
}

static void refuse(const char *file, const char *line)
{
    fprintf(stderr, "bench: %s: cannot read this line: %s", file, line);
    exit(2);
}

int workload_layers(const char *file, struct layer *rows, int most)
{
    FILE *f = open_rows(file);
    char line[256];
    int count = 0;
    while (count < most && fgets(line, sizeof line, f)) {
        struct layer l;
        int n = sscanf(line,
                       "%39[^,],%11[^,],%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64
                       ",%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64,
                       l.name, l.kind, &l.n, &l.c, &l.h, &l.w, &l.k, &l.r, &l.s, &l.stride, &l.pad, &l.dil, &l.groups,
                       &l.d, &l.t, &l.count);
        if (n != 16) refuse(file, line);
        if (option_filter(l.name)) rows[count++] = l;
    }
    fclose(f);
    return count;
}

int workload_products(const char *file, struct product *rows, int most)
{
    FILE *f = open_rows(file);
    char line[256];
    int count = 0;
    while (count < most && fgets(line, sizeof line, f)) {
        struct product p;
        int n = sscanf(line, "%23[^,],%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%3[^,],%3s", p.name, &p.m, &p.n, &p.k, p.op_a,
                       p.op_b);
        if (n != 6) refuse(file, line);
        if (option_filter(p.name)) rows[count++] = p;
    }
    fclose(f);
    return count;
}

int layer_spatial(const struct layer *l)
{
    if (strcmp(l->kind, "conv1d") == 0 || (l->h == 1 && l->r == 1 && l->w > 64)) return 1;
    return strcmp(l->kind, "conv3d") == 0 ? 3 : 2;
}

static int64_t positions(const struct layer *l, int64_t n, int64_t taps)
{
    return (n + 2 * l->pad - l->dil * (taps - 1) - 1) / l->stride + 1;
}

double layer_flops(const struct layer *l)
{
    int nd = layer_spatial(l);
    double places = (double)positions(l, l->w, l->s), taps = (double)l->s;
    if (nd > 1) places *= (double)positions(l, l->h, l->r), taps *= (double)l->r;
    if (nd > 2) places *= (double)positions(l, l->d, l->t), taps *= (double)l->t;
    return 2.0 * (double)l->n * (double)l->k * places * taps * (double)l->c / (double)l->groups;
}

int layer_transforms(const struct layer *l)
{
    return layer_spatial(l) != 1 && l->t == 1 && l->r == 3 && l->s == 3 && l->stride == 1 && l->dil == 1 && l->groups == 1 &&
           l->c >= 32 && l->k >= 32;
}

static const char *class_of_1d(const struct layer *l)
{
    if (l->c == 1 && l->k == 1) return "fir";
    if (l->groups == l->c && l->groups > 1) return l->s >= 16 ? "dw 1-d long" : "dw 1-d short";
    return "conv1d";
}

static const char *class_of_groups(const struct layer *l)
{
    if (l->groups < l->c) return "grouped";
    if (l->k > l->c) return "dw multiplier";
    return l->r >= 13 ? "dw 13+" : l->r >= 7 ? "dw 7" : "dw 3-5";
}

static const char *class_of_dense(const struct layer *l)
{
    if (l->k <= 4) return "image";
    if (l->c < 4) return "stem";
    if (l->c == 17) return "odd";
    if (l->k <= 24) return "oc 16-24";
    if (l->dil > 1) return "dilated";
    if (l->r == 1 && l->s == 1)
        return strncmp(l->name, "mbv2", 4) == 0 ? "1x1 mobile" : l->stride > 1 ? "1x1 s2" : "1x1";
    if (l->r == 3 && l->s == 3) return l->stride > 1 ? "3x3 s2" : "3x3";
    return "other dense";
}

const char *layer_class(const struct layer *l)
{
    int nd = layer_spatial(l);
    if (l->n > 1 && nd == 2) return "batch";
    if (nd == 1) return class_of_1d(l);
    if (nd == 3) return l->groups > 1 ? "conv3d dw" : "conv3d";
    return l->groups > 1 ? class_of_groups(l) : class_of_dense(l);
}
