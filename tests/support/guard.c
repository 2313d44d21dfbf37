/*
 * guard.c - see guard.h.
 */
#define _DEFAULT_SOURCE
#include "guard.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct guard *spare;

static void die(const char *what)
{
    perror(what);
    abort();
}

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t room_for(size_t bytes)
{
    size_t page = page_size();
    return bytes == 0 ? page : (bytes + page - 1) / page * page;
}

static struct guard *map_room(size_t room)
{
    size_t page = page_size();
    unsigned char *map = mmap(NULL, room + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED || mprotect(map + page, room, PROT_READ | PROT_WRITE) != 0) die("guard");
    struct guard *g = calloc(1, sizeof *g);
    if (g == NULL) die("guard");
    g->base = map + page;
    g->room = room;
    return g;
}

static struct guard *take_spare(size_t room)
{
    for (struct guard **at = &spare; *at != NULL; at = &(*at)->next) {
        if ((*at)->room != room) continue;
        struct guard *g = *at;
        *at = g->next;
        return g;
    }
    return NULL;
}

struct guard *guard_new(size_t bytes, enum guard_side side)
{
    size_t room = room_for(bytes);
    struct guard *g = take_spare(room);
    if (g == NULL) g = map_room(room);
    g->bytes = bytes;
    g->data = side == GUARD_BEFORE ? g->base : g->base + (room - bytes);
    g->next = NULL;
    return g;
}

void guard_free(struct guard *g)
{
    if (g == NULL) return;
    g->next = spare;
    spare = g;
}

void guard_trim(void)
{
    size_t page = page_size();
    while (spare != NULL) {
        struct guard *g = spare;
        spare = g->next;
        munmap(g->base - page, g->room + 2 * page);
        free(g);
    }
}
