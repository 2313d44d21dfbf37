/*
 * windows.c - see windows.h.
 */
#include "windows.h"
#include <stdio.h>
#include <string.h>

struct ref_window window_of(int nd, int64_t size, int64_t stride, int64_t dilation, int64_t before, int64_t after)
{
    struct ref_window w = ref_window_plain(nd);
    for (int a = 0; a < nd; a++) {
        w.size[a] = size;
        w.stride[a] = stride;
        w.dilation[a] = dilation;
        w.pad[a][0] = before;
        w.pad[a][1] = after;
    }
    return w;
}

static int64_t some_padding(struct rng *r)
{
    return rng_between(r, 0, 1) ? 0 : rng_between(r, 0, 4);
}

struct ref_window window_random(struct rng *r, int nd, int64_t most, int64_t n[3])
{
    struct ref_window w = ref_window_plain(nd);
    w.groups = rng_between(r, 1, 3);
    w.mode = (strided_pad_mode)(rng_between(r, 0, 1) ? 0 : rng_between(r, 1, 4));
    for (int a = 0; a < nd; a++) {
        n[a] = rng_between(r, 1, most);
        w.stride[a] = rng_between(r, 1, 3);
        w.dilation[a] = rng_between(r, 1, 3);
        w.pad[a][0] = some_padding(r);
        w.pad[a][1] = some_padding(r);
        int64_t room = (n[a] + w.pad[a][0] + w.pad[a][1] - 1) / w.dilation[a] + 1;
        w.size[a] = rng_between(r, 1, room < 5 ? room : 5);
    }
    return w;
}

const char *window_text(const struct ref_window *w, const int64_t *n, char *buf, size_t size)
{
    int used = snprintf(buf, size, "%dd groups %d mode %d:", w->nd, (int)w->groups, (int)w->mode);
    for (int a = 0; a < w->nd && (size_t)used < size; a++)
        used += snprintf(buf + used, size - (size_t)used, " (n %d size %d stride %d dilation %d pad %d %d)", (int)n[a],
                         (int)w->size[a], (int)w->stride[a], (int)w->dilation[a], (int)w->pad[a][0], (int)w->pad[a][1]);
    return buf;
}

strided_conv_params window_conv_params(const struct ref_window *w)
{
    strided_conv_params p = { .groups = w->groups, .pad_mode = w->mode };
    for (int a = 0; a < w->nd; a++) {
        p.stride[a] = w->stride[a];
        p.dilation[a] = w->dilation[a];
        p.output_padding[a] = w->output_padding[a];
        memcpy(p.pad[a], w->pad[a], sizeof p.pad[a]);
    }
    return p;
}

strided_pool_params window_pool_params(const struct ref_pool *r)
{
    strided_pool_params p = { .kind = r->kind, .count_include_pad = r->count_include_pad, .divisor = r->divisor, .p = r->p };
    for (int a = 0; a < r->window.nd; a++) {
        p.size[a] = r->window.size[a];
        p.stride[a] = r->window.stride[a];
        p.dilation[a] = r->window.dilation[a];
        memcpy(p.pad[a], r->window.pad[a], sizeof p.pad[a]);
    }
    return p;
}
