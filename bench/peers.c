/*
 * peers.c - the libraries that were found when this was built, and of those the ones that open.
 */
#include "bench.h"

#ifdef BENCH_DNNL
extern const struct peer peer_dnnl;
#endif
#ifdef BENCH_XNNPACK
extern const struct peer peer_xnnpack;
#endif
extern const struct peer peer_openblas, peer_blis, peer_loops, peer_torch;

static const struct peer *const known[] = {
#ifdef BENCH_DNNL
    &peer_dnnl,
#endif
#ifdef BENCH_XNNPACK
    &peer_xnnpack,
#endif
    &peer_openblas, &peer_blis, &peer_torch, &peer_loops};

enum { KNOWN = sizeof known / sizeof *known };

static const struct peer *opened[KNOWN + 1];
const struct peer *const *const peers = opened;

void peers_open(void)
{
    int n = 0;
    for (int i = 0; i < KNOWN; i++)
        if (option_lists(options.peers, known[i]->name) && (!known[i]->open || known[i]->open()))
            opened[n++] = known[i];
}
