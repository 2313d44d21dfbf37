/*
 * suite.c - a folder with cases.txt and data.npy, read into memory.
 *
 * Of data.npy only the length of the header is looked at: the body is a heap of bytes that the cases point into.
 */
#include "conformance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The whole file and a terminating zero, or NULL and why. */
static unsigned char *read_file(const char *folder, const char *name, size_t *size, char *why, size_t why_size)
{
    char path[4096];
    unsigned char *bytes = NULL;
    long length = -1;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    errno = 0;
    FILE *f = fopen(path, "rb");
    if (f && fseek(f, 0, SEEK_END) == 0 && (length = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0)
        bytes = malloc((size_t)length + 1);
    if (bytes && fread(bytes, 1, (size_t)length, f) != (size_t)length) {
        free(bytes);
        bytes = NULL;
    }
    if (f)
        fclose(f);
    if (!bytes) {
        snprintf(why, why_size, "%s: %s", path, errno ? strerror(errno) : "cannot be read");
        return NULL;
    }
    bytes[length] = 0;
    *size = (size_t)length;
    return bytes;
}

static char *last_part(const char *path)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin > 0 && path[begin - 1] != '/')
        begin--;
    char *name = malloc(end - begin + 1);
    if (name) {
        memcpy(name, path + begin, end - begin);
        name[end - begin] = 0;
    }
    return name;
}

int suite_load(struct suite *s, const char *folder, char *why, size_t why_size)
{
    size_t size;
    memset(s, 0, sizeof *s);
    s->name = last_part(folder);
    s->text = (char *)read_file(folder, "cases.txt", &size, why, why_size);
    s->file = s->text ? read_file(folder, "data.npy", &size, why, why_size) : NULL;
    if (!s->name || !s->file) {
        suite_free(s);
        return 0;
    }
    size_t header = size < 10 ? 0 : 10u + s->file[8] + 256u * s->file[9];
    if (header == 0 || header > size || memcmp(s->file, "\x93NUMPY\x01", 7) != 0) {
        snprintf(why, why_size, "%s/data.npy: not a .npy file of version 1", folder);
        suite_free(s);
        return 0;
    }
    s->data = s->file + header;
    s->size = size - header;
    return 1;
}

void suite_free(struct suite *s)
{
    free(s->name);
    free(s->text);
    free(s->file);
    memset(s, 0, sizeof *s);
}
