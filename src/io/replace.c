/*
 * replace.c - see replace.h.
 */
#define _GNU_SOURCE
#include "replace.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A regular file, or none yet: something that a rename may replace. */
static int can_be_replaced(const char *path)
{
    struct stat s;
    return lstat(path, &s) != 0 || (stat(path, &s) == 0 && S_ISREG(s.st_mode));
}

static int set_path(char to[REPLACE_PATH], const char *path)
{
    size_t n = strlen(path);
    if (n >= REPLACE_PATH) {
        errno = ENAMETOOLONG;
        return 0;
    }
    memcpy(to, path, n + 1);
    return 1;
}

/* Where a chain of links ends, if that may be written to; path itself where there is nothing yet. */
static int find_target(char to[REPLACE_PATH], const char *path)
{
    _Static_assert(REPLACE_PATH >= PATH_MAX, "realpath() has room");
    if (realpath(path, to)) return access(to, W_OK) == 0;
    return errno == ENOENT && set_path(to, path);
}

/* A name in the same folder that no other call of any process uses. It does not grow with the file's own name. */
static int name_part(struct replacement *r)
{
    static atomic_uint calls;
    const char *slash = strrchr(r->to, '/');
    int folder = slash ? (int)(slash - r->to) + 1 : 0;
    unsigned call = atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed);
    int n = snprintf(r->part, sizeof r->part, "%.*s.strided-%ld-%u.part", folder, r->to, (long)getpid(), call);
    if (n < REPLACE_PATH) return 1;
    errno = ENAMETOOLONG;
    return 0;
}

/* Names left behind by a process that had this number and was killed are passed over. */
static int open_part(struct replacement *r)
{
    int fd;
    do fd = name_part(r) ? open(r->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
    while (fd < 0 && errno == EEXIST);
    return fd;
}

static void keep_mode(const char *of, int fd)
{
    struct stat s;
    if (stat(of, &s) == 0 && fchmod(fd, s.st_mode & 0777) != 0) errno = 0; /* then it has the usual one */
}

FILE *strided__replace_begin(struct replacement *r, const char *path)
{
    r->part[0] = 0;
    if (!can_be_replaced(path)) return r->file = fopen(path, "wbe");
    int fd = find_target(r->to, path) ? open_part(r) : -1;
    if (fd < 0) return r->file = NULL;
    keep_mode(r->to, fd);
    r->file = fdopen(fd, "wb");
    if (r->file) return r->file;
    close(fd);
    unlink(r->part);
    return NULL;
}

static int put_in_place(const struct replacement *r) { return !r->part[0] || rename(r->part, r->to) == 0; }

int strided__replace_end(struct replacement *r, int whole)
{
    int reason = errno, closed = fclose(r->file) == 0, done = whole && closed && put_in_place(r);
    if (whole) reason = errno;
    if (!done && r->part[0]) unlink(r->part);
    errno = reason;
    return done;
}
