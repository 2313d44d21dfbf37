/*
 * room.c - memory for probes and peers, as the library's own: in huge pages where the system has them.
 *
 * Which pages data lie in is worth a tenth and more to whoever reads much of it: it must not be what tells contenders apart.
 */
#include "bench.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

void *room_of(size_t bytes)
{
    size_t page = bytes < HUGE_PAGE / 2 ? 4096 : HUGE_PAGE, size = (bytes + page - 1) / page * page;
    void *room = aligned_alloc(page, size ? size : page);
    if (!room) {
        fprintf(stderr, "bench: no memory for %zu bytes\n", bytes);
        exit(1);
    }
#ifdef MADV_HUGEPAGE
    if (page == HUGE_PAGE) (void)madvise(room, size, MADV_HUGEPAGE);
#endif
    memset(room, 0, size);
    return room;
}
