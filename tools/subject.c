/*
 * subject.c - a shape or a file, and a slice of it.
 */
#include "subject.h"

#include "numbers.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST_COUNT = 1 << 24 };

static int ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcmp(text + n - m, end);
}

/* ---- the base ------------------------------------------------------------------------------------ */

static int counting(strided_tensor **base, const char *text, const struct list *shape) {
    int64_t count = 1;

    for (int a = 0; a < shape->n; a++) {
        if (shape->at[a] < 0) return refuse("a tensor of shape %s? no extent is negative", text);
        if (shape->at[a] > LARGEST_COUNT) return refuse("%s has more than %d elements", text, LARGEST_COUNT);
        count *= shape->at[a];
        if (count > LARGEST_COUNT) return refuse("%s has more than %d elements", text, LARGEST_COUNT);
    }
    strided_tensor *line = strided_arange(NULL, STRIDED_I64, 0, (double)count, 1);
    *base = strided_reshape(line, shape->n, shape->at);
    strided_release(line);
    return *base ? DONE : fail_call(NULL);
}

static int geometry(strided_tensor **base, strided_dtype dtype, const struct list *shape) {
    *base = strided_wrap(NULL, NULL, dtype, shape->n, shape->at, NULL);
    return *base ? DONE : refuse("%s", strided_error());
}

/* dtype 0: a shape counts. */
static int open_base(strided_tensor **base, const char *text, strided_dtype dtype) {
    struct list shape;

    if (parse_list(text, &shape)) return dtype ? geometry(base, dtype, &shape) : counting(base, text, &shape);
    if (!ends_with(text, ".npy"))
        return misuse("'%s' is neither a shape, like 4x5 and " UP_TO_LARGEST ", nor a .npy file", text);
    *base = strided_load_npy(NULL, text);
    return *base ? DONE : fail_call(NULL);
}

/* ---- the slice ----------------------------------------------------------------------------------- */

/* "start", "stop" or "step" up to the next colon; nothing there is "left out". */
static int take_part(char **text, int64_t *value) {
    char *part = *text, *colon = strchr(part, ':');

    *text = colon ? colon + 1 : part + strlen(part);
    if (colon) *colon = '\0';
    if (!*part) return 1;
    return parse_number(part, value);
}

static int colons(const char *text) {
    int n = 0;
    for (; *text; text++) n += *text == ':';
    return n;
}

/* "1:-1:2" along `axis`. */
static int apply_range(strided_tensor **view, int axis, char *text) {
    int64_t start = STRIDED_NONE, stop = STRIDED_NONE, step = 1;

    if (colons(text) > 2 || !take_part(&text, &start) || !take_part(&text, &stop) || !take_part(&text, &step)) return 0;
    strided_tensor *next = strided_slice(*view, axis, start, stop, step);
    strided_release(*view);
    *view = next;
    return 1;
}

static int apply_index(strided_tensor **view, int axis, const char *text) {
    int64_t index;

    if (!parse_number(text, &index)) return 0;
    strided_tensor *next = strided_select(*view, axis, index);
    strided_release(*view);
    *view = next;
    return 1;
}

static void without_spaces(char *text) {
    char *to = text;
    for (; *text; text++)
        if (*text != ' ') *to++ = *text;
    *to = '\0';
}

static int parts(const char *text) {
    int n = 1;
    for (; *text; text++) n += *text == ',';
    return n;
}

/* Every part takes one axis, "..." those that the others leave. */
static int apply_slice(strided_tensor **view, char *text) {
    char *part, *next = text, *dots = strstr(text, "...");
    int axis = 0, rest = strided_ndim(*view) - parts(text) + (dots != NULL);

    if (dots && strstr(dots + 3, "...")) return misuse("[%s] has more than one ...", text);
    if (rest < 0) return misuse("[%s] has more parts than the tensor has axes, %d", text, strided_ndim(*view));
    while ((part = next)) {
        next = strchr(part, ',');
        if (next) *next++ = '\0';
        if (!strcmp(part, "...")) axis += rest;
        else if (strchr(part, ':') ? !apply_range(view, axis++, part) : !apply_index(view, axis, part))
            return misuse("'%s' is no index and no slice", part);
        if (!*view) return refuse("%s", strided_error());
    }
    return DONE;
}

/* ---- both ---------------------------------------------------------------------------------------- */

static int open_parts(struct subject *s, char *text, strided_dtype dtype) {
    char *slice = strchr(text, '['), *end = text + strlen(text) - 1;

    if (slice && *end != ']') return misuse("'%s' wants a ] at the end", text);
    if (slice) *slice++ = *end = '\0';
    int code = open_base(&s->base, text, dtype);
    if (code) return code;
    s->view = strided_retain(s->base);
    if (!slice) return DONE;
    without_spaces(slice);
    return *slice ? apply_slice(&s->view, slice) : misuse("nothing between [ and ]");
}

static int open_text(struct subject *s, const char *text, strided_dtype dtype) {
    char *own = strdup(text);

    *s = (struct subject){ NULL, NULL };
    if (!own) return fail("out of memory");
    int code = open_parts(s, own, dtype);
    free(own);
    if (code) subject_close(s);
    return code;
}

int subject_open(struct subject *s, const char *text) { return open_text(s, text, (strided_dtype)0); }

int subject_open_geometry(struct subject *s, const char *text, strided_dtype dtype) { return open_text(s, text, dtype); }

void subject_close(struct subject *s) {
    strided_release(s->base);
    strided_release(s->view);
    *s = (struct subject){ NULL, NULL };
}
