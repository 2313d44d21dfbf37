/*
 * oom.c - see oom.h. Every block carries its size in the 64 bytes before it.
 */
#define _POSIX_C_SOURCE 200809L
#include "oom.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_compat.h"

enum { HEAD = 64 };

static void *allocate(void *user, size_t size, size_t alignment)
{
    struct oom *o = user;
    void *block;
    if (++o->calls == o->fail_at || o->fail_at == OOM_ALL) {
        o->failed = 1;
        return NULL;
    }
    if (posix_memalign(&block, alignment < HEAD ? HEAD : alignment, HEAD + size) != 0) return NULL;
    memcpy(block, &size, sizeof size);
    memset((char *)block + HEAD, 0xA5, size);
    o->blocks++;
    o->bytes += (int64_t)size;
    return (char *)block + HEAD;
}

static void release(void *user, void *ptr, size_t size)
{
    struct oom *o = user;
    size_t asked;
    if (ptr == NULL) return;
    memcpy(&asked, (char *)ptr - HEAD, sizeof asked);
    if (asked != size) o->corrupt = 1;
    o->blocks--;
    o->bytes -= (int64_t)asked;
    free((char *)ptr - HEAD);
}

strided_config oom_config(struct oom *o)
{
    return (strided_config){ .allocator = { .alloc = allocate, .free = release, .user = o } };
}

struct oom *oom_new(void)
{
    struct oom *o = calloc(1, sizeof *o);
    assert_non_null(o);
    strided_config config = oom_config(o);
    o->ctx = strided_context_new(&config);
    assert_non_null(o->ctx);
    return o;
}

void oom_arm(struct oom *o, int64_t nth)
{
    o->calls = 0;
    o->failed = 0;
    o->fail_at = nth;
}

void oom_free(struct oom *o)
{
    strided_context_release(o->ctx);
    if (o->blocks != 0) fail_msg("%" PRId64 " blocks (%" PRId64 " bytes) are still alive", o->blocks, o->bytes);
    if (o->corrupt) fail_msg("a block was freed with a size it was not asked with");
    free(o);
}

int64_t oom_sweep(struct oom *o, const char *name, strided_status (*attempt)(void *job), void *job)
{
    for (int64_t n = 1;; n++) {
        int64_t blocks = o->blocks, bytes = o->bytes;
        oom_arm(o, n);
        strided_status s = attempt(job);
        int failed = o->failed;
        oom_arm(o, 0);
        if (o->blocks != blocks || o->bytes != bytes)
            fail_msg("%s: allocation %" PRId64 " fails: %" PRId64 " bytes leak", name, n, o->bytes - bytes);
        if (!failed && s == STRIDED_OK) return n - 1;
        if (!failed) fail_msg("%s: without a failing allocation: %s", name, strided_error());
        if (s != STRIDED_ERR_NO_MEMORY)
            fail_msg("%s: allocation %" PRId64 " fails: %s, not ERR_NO_MEMORY", name, n, strided_status_name(s));
        if (strstr(strided_error(), ": the allocator returned NULL for ") == NULL)
            fail_msg("%s: allocation %" PRId64 " fails: the line is \"%s\"", name, n, strided_error());
    }
}

int64_t oom_sweep_views(const char *name, strided_status (*attempt)(void *tensor), int ndim, const int64_t *shape)
{
    struct oom *o = oom_new();
    strided_tensor *x = strided_zeros(o->ctx, STRIDED_F32, ndim, shape);
    int64_t allocations = oom_sweep(o, name, attempt, x);
    strided_release(x);
    oom_free(o);
    return allocations;
}

strided_status oom_made(int n, strided_tensor *const *made)
{
    strided_status s = STRIDED_OK;
    for (int i = 0; i < n; i++) {
        if (made[i] == NULL) s = strided_error_status();
        strided_release(made[i]);
    }
    return s;
}
