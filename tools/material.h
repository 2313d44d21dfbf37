/*
 * material.h - what the commands read and write: a picture, or an array in a .npy file, both seen as planes.
 *
 * Planes are a view (P, 1, rows, columns). Of a picture they are its colours, straight on the interleaved bytes; of an
 * array (..., rows, columns) all that lies before the last two axes. Results are written through such a view, too: into
 * the pixels of the picture that will be saved, or into the array.
 */
#ifndef STRIDED_TOOL_MATERIAL_H
#define STRIDED_TOOL_MATERIAL_H

#include "image.h"

struct source {
    const char *path;
    int is_image;
    struct image image;     /* if it is one */
    strided_tensor *array;  /* if it is not: as loaded */
    strided_tensor *planes; /* of an array with fewer than two axes: NULL */
    strided_tensor *alpha;  /* (rows, columns), or NULL */
};

struct sink {
    const char *path;
    int is_image;
    struct image image;
    strided_tensor *array;
    strided_tensor *planes;
    strided_tensor *alpha;
};

int64_t colours_of(const struct image *image); /* channels without alpha */

/* An exit code; it has been reported. */
int  source_open(struct source *s, const char *path);
void source_close(struct source *s);

/* Room for `planes` planes of rows x columns (an array keeps the source's leading axes if their number is the same).
 * The elements are bytes if source or sink is a picture; else the source's own dtype if that is floating, else f32. */
int sink_open(struct sink *s, const char *path, const struct source *from, int64_t planes, int64_t rows,
              int64_t columns);
/* Writes the file; alpha comes from `from`, in the nearest places. */
int  sink_save(struct sink *s, const struct source *from);
void sink_close(struct sink *s);

/* The name ends in .npy. */
int is_array_path(const char *path);
/* "600x400 colour", "f32 (3, 20, 30)"; returns buf. */
const char *source_text(const struct source *s, char buf[600]);
const char *sink_text(const struct sink *s, char buf[600]);

#endif
