/*
 * windows.c - see windows.h.
 */
#include "windows.h"
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
