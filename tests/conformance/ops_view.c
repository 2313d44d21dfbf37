/*
 * ops_view.c - chains of views with their metadata, the overlap predicates, the broadcasting rule.
 *
 * The view that a chain ends in is compared three times: shape, strides and offset with what the suite says; its
 * elements, read through its strides by the runner; and a copy of it, made by the library.
 */
#include "ops.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEEP = INT32_MIN }; /* as an axis: never valid */

/* The numbers of a step. "none" and "-" are STRIDED_NONE; a number that happens to be it is one more, which means
 * the same to every step: far outside. */
struct step { char text[256]; char *name; int n; int64_t v[MAX_WORDS]; };

static int parse_step(struct step *s, const char *line)
{
    char *word, *end, *at = s->text;
    if (strlen(line) >= sizeof s->text)
        return 0;
    memcpy(s->text, line, strlen(line) + 1);
    s->name = next_word(&at);
    s->n = 0;
    while (s->name && (word = next_word(&at))) {
        int64_t v = strtoll(word, &end, 10);
        if (strcmp(word, "none") == 0 || strcmp(word, "-") == 0)
            s->v[s->n++] = STRIDED_NONE;
        else if (*end)
            return 0;
        else
            s->v[s->n++] = v == STRIDED_NONE ? v + 1 : v;
        if (s->n == MAX_WORDS)
            return 0;
    }
    return s->name != NULL;
}

static int axis_of(int64_t v) { return v < INT_MIN || v > INT_MAX ? KEEP : (int)v; }

/* The suites count the offset in the storage, the library from x's first element. */
static strided_tensor *as_strided(const strided_tensor *x, const struct step *s)
{
    int ndim = s->n ? axis_of(s->v[0]) : -1;
    if (ndim < 0 || s->n < 1 + 2 * ndim)
        return strided_as_strided(x, -1, NULL, NULL, 0);
    int64_t offset = s->n > 1 + 2 * ndim ? s->v[1 + 2 * ndim] : STRIDED_NONE, relative = 0;
    if (offset != STRIDED_NONE && __builtin_sub_overflow(offset, strided_offset(x), &relative))
        relative = INT64_MIN;
    return strided_as_strided(x, ndim, s->v + 1, s->v + 1 + ndim, relative);
}

static strided_tensor *slice(const strided_tensor *x, const struct step *s)
{
    return strided_slice(x, axis_of(s->v[0]), s->v[1], s->v[2], s->v[3] == STRIDED_NONE ? 1 : s->v[3]);
}

static strided_tensor *select_at(const strided_tensor *x, const struct step *s)
{
    return strided_select(x, axis_of(s->v[0]), s->v[1]);
}

static strided_tensor *narrow(const strided_tensor *x, const struct step *s)
{
    return strided_narrow(x, axis_of(s->v[0]), s->v[1], s->v[2]);
}

static strided_tensor *permute(const strided_tensor *x, const struct step *s)
{
    return strided_permute(x, s->n, s->v);
}

static strided_tensor *transpose(const strided_tensor *x, const struct step *s)
{
    return strided_transpose(x, axis_of(s->v[0]), axis_of(s->v[1]));
}

static strided_tensor *movedim(const strided_tensor *x, const struct step *s)
{
    int n = axis_of(s->v[0]);
    return n < 0 || s->n != 1 + 2 * n ? strided_movedim(x, -1, NULL, NULL)
                                      : strided_movedim(x, n, s->v + 1, s->v + 1 + n);
}

static strided_tensor *unsqueeze(const strided_tensor *x, const struct step *s)
{
    return strided_unsqueeze(x, axis_of(s->v[0]));
}

static strided_tensor *squeeze(const strided_tensor *x, const struct step *s)
{
    return strided_squeeze(x, s->n, s->n ? s->v : NULL);
}

static strided_tensor *expand(const strided_tensor *x, const struct step *s)
{
    return strided_expand(x, s->n, s->v);
}

static strided_tensor *broadcast_to(const strided_tensor *x, const struct step *s)
{
    return strided_broadcast_to(x, s->n, s->v);
}

static strided_tensor *flip(const strided_tensor *x, const struct step *s)
{
    return strided_flip(x, s->n, s->v);
}

static strided_tensor *unfold(const strided_tensor *x, const struct step *s)
{
    return strided_unfold(x, axis_of(s->v[0]), s->v[1], s->v[2]);
}

/* N axes.. sizes.. */
static strided_tensor *window(const strided_tensor *x, const struct step *s)
{
    strided_window_axis axes[MAX_WORDS] = {{0, 0, 0, 0}};
    int n = axis_of(s->v[0]);
    if (n < 0 || s->n != 1 + 2 * n)
        return strided_window(x, -1, NULL);
    for (int i = 0; i < n; i++)
        axes[i] = (strided_window_axis){.axis = s->v[1 + i], .size = s->v[1 + n + i]};
    return strided_window(x, n, axes);
}

static strided_tensor *diagonal(const strided_tensor *x, const struct step *s)
{
    return strided_diagonal(x, s->v[0], axis_of(s->v[1]), axis_of(s->v[2]));
}

static strided_tensor *view(const strided_tensor *x, const struct step *s)
{
    return strided_reshape(x, s->n, s->v);
}

/* A view if there is one, else a view of a copy. */
static strided_tensor *reshape(const strided_tensor *x, const struct step *s)
{
    strided_tensor *y = strided_reshape(x, s->n, s->v);
    if (y || strided_error_status() != STRIDED_ERR_NEEDS_COPY)
        return y;
    STRIDED_AUTO strided_tensor *copy = strided_clone(x);
    return strided_reshape(copy, s->n, s->v);
}

static strided_tensor *flatten(const strided_tensor *x, const struct step *s)
{
    return strided_flatten(x, axis_of(s->v[0]), axis_of(s->v[1]));
}

static strided_tensor *unflatten(const strided_tensor *x, const struct step *s)
{
    return strided_unflatten(x, axis_of(s->v[0]), s->n - 1, s->v + 1);
}

/* The constructors and how few words they take. */
static const struct { const char *name; int least; strided_tensor *(*make)(const strided_tensor *, const struct step *); }
constructors[] = {
    {"as_strided", 1, as_strided}, {"slice", 4, slice}, {"select", 2, select_at}, {"narrow", 3, narrow},
    {"permute", 0, permute}, {"transpose", 2, transpose}, {"movedim", 1, movedim}, {"unsqueeze", 1, unsqueeze},
    {"squeeze", 0, squeeze}, {"expand", 0, expand}, {"broadcast_to", 0, broadcast_to}, {"flip", 0, flip},
    {"unfold", 3, unfold}, {"window", 1, window}, {"diagonal", 3, diagonal}, {"view", 0, view},
    {"reshape", 0, reshape}, {"flatten", 2, flatten}, {"unflatten", 1, unflatten},
};

static strided_tensor *take_step(struct call *k, const strided_tensor *x, const char *line)
{
    struct step s;
    if (parse_step(&s, line))
        for (size_t i = 0; i < sizeof constructors / sizeof constructors[0]; i++)
            if (strcmp(constructors[i].name, s.name) == 0 && s.n >= constructors[i].least)
                return constructors[i].make(x, &s);
    complain(k, "the step '%s' is not understood", line);
    return NULL;
}

static strided_tensor *take_steps(struct call *k)
{
    strided_tensor *x = strided_retain(input(k, "x"));
    for (int i = 0; i < k->c->nsteps && x; i++) {
        strided_tensor *next = take_step(k, x, k->c->steps[i]);
        strided_release(x);
        x = next;
    }
    return x;
}

static void list(char *buf, size_t size, int n, const int64_t *v)
{
    size_t used = 0;
    buf[0] = 0;
    for (int i = 0; i < n && used < size - 24; i++)
        used += (size_t)snprintf(buf + used, size - used, i ? " %lld" : "%lld", (long long)v[i]);
}

static void complain_of_list(struct call *k, const char *what, int nwant, const int64_t *want, int ngot,
                             const int64_t *got)
{
    char a[160], b[160];
    list(a, sizeof a, nwant, want);
    list(b, sizeof b, ngot, got);
    complain(k, "%s: want (%s), got (%s)", what, a, b);
}

/* Strides of axes of extent 1, and of empty views, may be anything. */
static void check_metadata(struct call *k, const strided_tensor *y)
{
    int64_t want[STRIDED_MAX_NDIM];
    int n = attr_ints(k->c, "y_shape", want, STRIDED_MAX_NDIM), ndim = strided_ndim(y);
    int same = n == ndim;
    for (int a = 0; a < n && same; a++)
        same = want[a] == strided_dim(y, a);
    if (attr_text(k->c, "y_shape") && !same)
        complain_of_list(k, "shape", n, want, ndim, strided_shape(y));
    n = attr_ints(k->c, "y_strides", want, STRIDED_MAX_NDIM);
    for (int a = 0; a < n && a < ndim; a++)
        if (strided_count(y) > 0 && strided_dim(y, a) > 1 && want[a] != strided_stride(y, a))
            complain_of_list(k, "strides", n, want, ndim, strided_strides(y));
    int64_t offset = attr_int(k->c, "y_offset", strided_offset(y));
    if (strided_count(y) > 0 && offset != strided_offset(y))
        complain_of_list(k, "offset", 1, &offset, 1, (const int64_t[]){strided_offset(y)});
}

static int same_shape(const strided_tensor *a, const strided_tensor *b)
{
    size_t bytes = (size_t)strided_ndim(a) * sizeof(int64_t);
    return strided_ndim(a) == strided_ndim(b) && (bytes == 0 || memcmp(strided_shape(a), strided_shape(b), bytes) == 0);
}

strided_status run_view(struct call *k)
{
    STRIDED_AUTO strided_tensor *y = take_steps(k);
    strided_tensor *copy = output(k, "y");
    if (!y)
        return strided_error_status();
    if (k->c->error)
        return STRIDED_OK;
    check_metadata(k, y);
    if (!copy || k->complaint[0])
        return STRIDED_OK;
    if (!same_shape(y, copy)) {
        complain_of_list(k, "shape", strided_ndim(copy), strided_shape(copy), strided_ndim(y), strided_shape(y));
        return STRIDED_OK;
    }
    if (strided_count(y) > 0)
        matches(k, k->outs[0].spec, strided_dtype_of(y), strided_const_data(y), strided_strides(y));
    return strided_copy(copy, y);
}

/* b lies on a's storage. */
static void check_shared(struct call *k, const struct layout *b)
{
    int64_t shares = attr_int(k->c, "shares", -1);
    STRIDED_AUTO strided_tensor *other = strided_as_strided(k->ins[0].storage, b->ndim, b->shape, b->strides, b->offset);
    if (!other)
        complain(k, "b cannot be made: %s", strided_error());
    else if (shares >= 0 && (strided_shares_memory(input(k, "a"), other) != (int)shares
                             || strided_shares_memory(other, input(k, "a")) != (int)shares))
        complain(k, "strided_shares_memory: want %d", (int)shares);
}

strided_status run_overlap(struct call *k)
{
    int64_t internal = attr_int(k->c, "internal", -1);
    if (internal >= 0 && strided_is_overlapping(input(k, "a")) != (int)internal)
        complain(k, "strided_is_overlapping: want %d", (int)internal);
    if (k->nins > 1)
        check_shared(k, &k->ins[1].spec->layout);
    return STRIDED_OK;
}

/* "2x3", "4x", "()": a tensor of that shape without data. */
static strided_tensor *parse_shape(const char *word)
{
    int64_t shape[STRIDED_MAX_NDIM];
    int n = 0;
    for (char *end; *word && *word != '(' && n < STRIDED_MAX_NDIM; word = end + (*end == 'x')) {
        shape[n] = strtoll(word, &end, 10);
        if (end == word)
            return NULL;
        n++;
    }
    return strided_wrap(NULL, NULL, STRIDED_U8, n, shape, NULL);
}

static strided_status check_broadcast(struct call *k, int n, const strided_tensor *const *tensors)
{
    int64_t want[STRIDED_MAX_NDIM], got[STRIDED_MAX_NDIM];
    int nwant = attr_ints(k->c, "result", want, STRIDED_MAX_NDIM), ngot = 0;
    strided_status status = strided_broadcast_shape(&ngot, got, n, tensors);
    if (status == STRIDED_OK && attr_text(k->c, "result")
        && (ngot != nwant || (ngot && memcmp(got, want, (size_t)ngot * sizeof *got) != 0)))
        complain_of_list(k, "shape", nwant, want, ngot, got);
    return status;
}

strided_status run_broadcast(struct call *k)
{
    char text[1024], *at = text, *word;
    strided_tensor *tensors[MAX_INS];
    int n = 0;
    snprintf(text, sizeof text, "%s", attr_text(k->c, "shapes") ? attr_text(k->c, "shapes") : "");
    while (n < MAX_INS && (word = next_word(&at)))
        tensors[n++] = parse_shape(word);
    strided_status status = check_broadcast(k, n, (const strided_tensor *const *)tensors);
    while (n > 0)
        strided_release(tensors[--n]);
    return status;
}
