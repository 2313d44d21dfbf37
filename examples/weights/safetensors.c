/*
 * safetensors.c - eight bytes of length, a JSON header, the data. The JSON has a fixed depth, so it is read by one function
 * per depth and none calls itself:
 *
 *     {"fc.bias": {"dtype": "F32", "shape": [1000], "data_offsets": [0, 4000]}, "__metadata__": {"a": "b"}}
 */
#include "formats.h"

#include <string.h>

enum { LARGEST_HEADER = 16 << 20 };

/* What is being read, and how far. */
struct reader {
    const char *at, *end;       /* of the header */
    const char *text;           /* its beginning */
    const unsigned char *data;  /* behind the header */
    uint64_t size, used;        /* of the data; of them, by tensors */
    struct weights *w;
};

/* One tensor as the header tells it. */
struct entry {
    strided_dtype dtype;
    int ndim; /* -1: no shape yet */
    int64_t shape[STRIDED_MAX_NDIM];
    uint64_t begin, end;
    int has_offsets;
};

/* ---- JSON ------------------------------------------------------------------------------------------- */

static char peek(struct reader *r) {
    while (r->at < r->end && memchr(" \t\r\n", *r->at, 4)) r->at++;
    return r->at < r->end ? *r->at : 0;
}

static int expected(struct reader *r, const char *what) {
    return weights_refuse(r->w, "its header is not understood at byte %lld: %s expected", (long long)(r->at - r->text), what);
}

static int take(struct reader *r, char c) {
    const char what[] = {'\'', c, '\'', 0};

    if (peek(r) != c) return expected(r, what);
    r->at++;
    return 0;
}

/* Behind one of a list: 1 if another follows, 0 if the list is closed, -1 if neither. */
static int another(struct reader *r, char close) {
    char c = peek(r);

    if (c != ',' && c != close) return expected(r, close == '}' ? "',' or '}'" : "',' or ']'");
    r->at++;
    return c == ',';
}

/* An empty list is closed at once: 1 if it is. */
static int closed(struct reader *r, char close) {
    if (peek(r) != close) return 0;
    r->at++;
    return 1;
}

static int take_string(struct reader *r, char *out, size_t room) {
    size_t n = 0;

    if (take(r, '"')) return -1;
    for (; r->at < r->end && *r->at != '"'; r->at++) {
        if ((unsigned char)*r->at < ' ' || *r->at == '\\') return expected(r, "a name without escapes");
        if (n + 1 == room) return expected(r, "a shorter name");
        out[n++] = *r->at;
    }
    out[n] = 0;
    if (r->at == r->end) return expected(r, "'\"'");
    r->at++;
    return 0;
}

/* Nobody wants to know it; escapes are stepped over. */
static int skip_string(struct reader *r) {
    if (take(r, '"')) return -1;
    for (; r->at < r->end && *r->at != '"'; r->at++)
        if (*r->at == '\\' && r->at + 1 < r->end) r->at++;
    if (r->at == r->end) return expected(r, "'\"'");
    r->at++;
    return 0;
}

static int is_digit(const struct reader *r) { return r->at < r->end && *r->at >= '0' && *r->at <= '9'; }

static int take_number(struct reader *r, uint64_t *value) {
    *value = 0;
    peek(r);
    if (!is_digit(r)) return expected(r, "a whole number");
    for (; is_digit(r); r->at++) {
        unsigned digit = (unsigned)(*r->at - '0');
        if (*value > ((uint64_t)INT64_MAX - digit) / 10) return expected(r, "a number below 2^63");
        *value = *value * 10 + digit;
    }
    return 0;
}

/* ---- one tensor ------------------------------------------------------------------------------------- */

static int take_dtype(struct reader *r, struct entry *e) {
    static const struct { const char *name; strided_dtype dtype; } known[] = {
        {"F64", STRIDED_F64}, {"F32", STRIDED_F32}, {"F16", STRIDED_F16}, {"BF16", STRIDED_BF16}, {"I64", STRIDED_I64},
        {"I32", STRIDED_I32}, {"I16", STRIDED_I16}, {"I8", STRIDED_I8}, {"U8", STRIDED_U8}, {"BOOL", STRIDED_BOOL}};
    char name[WEIGHTS_NAME];

    if (take_string(r, name, sizeof name)) return -1;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(known[i].name, name)) return e->dtype = known[i].dtype, 0;
    return weights_refuse(r->w, "its tensors are of a type that is not read: \"%s\"", name);
}

static int take_shape(struct reader *r, struct entry *e) {
    int more = 1;

    if (take(r, '[')) return -1;
    e->ndim = 0;
    if (closed(r, ']')) return 0;
    for (; more > 0; more = another(r, ']')) {
        uint64_t extent;
        if (e->ndim == STRIDED_MAX_NDIM) return expected(r, "at most 16 axes");
        if (take_number(r, &extent)) return -1;
        e->shape[e->ndim++] = (int64_t)extent;
    }
    return more;
}

static int take_offsets(struct reader *r, struct entry *e) {
    e->has_offsets = 1;
    return take(r, '[') || take_number(r, &e->begin) || take(r, ',') || take_number(r, &e->end) || take(r, ']') ? -1 : 0;
}

static int take_entry(struct reader *r, struct entry *e) {
    char key[WEIGHTS_NAME];
    int more = 1, bad;

    *e = (struct entry){.ndim = -1};
    if (take(r, '{')) return -1;
    for (; more > 0; more = another(r, '}')) {
        if (take_string(r, key, sizeof key) || take(r, ':')) return -1;
        if (!strcmp(key, "dtype") && !e->dtype) bad = take_dtype(r, e);
        else if (!strcmp(key, "shape") && e->ndim < 0) bad = take_shape(r, e);
        else if (!strcmp(key, "data_offsets") && !e->has_offsets) bad = take_offsets(r, e);
        else return expected(r, "dtype, shape and data_offsets, each once,");
        if (bad) return bad;
    }
    if (more < 0) return -1;
    return e->dtype && e->ndim >= 0 && e->has_offsets ? 0 : expected(r, "dtype, shape and data_offsets");
}

/* NULL if it cannot be made; the sentence is there. */
static strided_tensor *make(struct reader *r, const char *name, const struct entry *e) {
    if (e->begin > e->end || e->end > r->size)
        return weights_refuse(r->w, "%s lies at bytes %llu to %llu of %llu", name, (unsigned long long)e->begin,
                      (unsigned long long)e->end, (unsigned long long)r->size), NULL;
    if (bytes_of_shape(e->dtype, e->ndim, e->shape) != e->end - e->begin)
        return weights_refuse(r->w, "%s has %llu bytes, not its shape's", name, (unsigned long long)(e->end - e->begin)), NULL;
    strided_tensor *t = strided_empty(r->w->ctx, e->dtype, e->ndim, e->shape);
    if (!t) return weights_refuse(r->w, "%s: %s", name, strided_error()), NULL;
    copy_numbers(strided_data(t), r->data + e->begin, strided_count(t), strided_dtype_size(e->dtype));
    return t;
}

/* ---- the header and the data --------------------------------------------------------------------------- */

static int skip_metadata(struct reader *r) {
    int more = 1;

    if (take(r, '{')) return -1;
    if (closed(r, '}')) return 0;
    for (; more > 0; more = another(r, '}'))
        if (skip_string(r) || take(r, ':') || skip_string(r)) return -1;
    return more;
}

/* In the end tensors have all the bytes there are, and each byte once. */
static int take_tensor(struct reader *r, const char *name) {
    struct entry e;

    if (take_entry(r, &e)) return -1;
    strided_tensor *t = make(r, name, &e);
    if (!t || weights_add(r->w, name, t)) return -1;
    r->used += e.end - e.begin;
    return r->used <= r->size ? 0 : weights_refuse(r->w, "its tensors lie on one another");
}

static int take_header(struct reader *r) {
    char name[WEIGHTS_NAME];
    int more = 1;

    if (take(r, '{')) return -1;
    if (closed(r, '}')) more = 0;
    for (; more > 0; more = another(r, '}')) {
        if (take_string(r, name, sizeof name) || take(r, ':')) return -1;
        if (!strcmp(name, "__metadata__") ? skip_metadata(r) : take_tensor(r, name)) return -1;
    }
    if (more < 0) return -1;
    peek(r);
    if (r->at < r->end) return expected(r, "nothing more");
    if (r->used == r->size) return 0;
    return weights_refuse(r->w, "its tensors have %llu bytes of its %llu", (unsigned long long)r->used,
                          (unsigned long long)r->size);
}

int safetensors_parse(struct weights *w, const unsigned char *bytes, size_t size) {
    struct reader r = {.w = w};
    uint64_t length = 0;

    if (size < 8) return weights_refuse(w, "it is too short to be a .safetensors or .npz file");
    for (int i = 0; i < 8; i++) length |= (uint64_t)bytes[i] << 8 * i;
    if (length > size - 8) return weights_refuse(w, "its header of %llu bytes does not fit in it", (unsigned long long)length);
    if (length > LARGEST_HEADER) return weights_refuse(w, "its header of %llu bytes is too large", (unsigned long long)length);
    r.at = r.text = (const char *)bytes + 8, r.end = r.at + length;
    r.data = bytes + 8 + length, r.size = size - 8 - length;
    return take_header(&r);
}
