/*
 * einsum_parse.c - the text of an einsum, in both dialects.
 *
 *     text     = term { "," term } [ "->" term ]
 *     term     = { label | "..." }              "..." at most once
 *     label    = a letter (strided_einsum), or a word (strided_einsum_named)
 *
 * Every refusal says where in the text it is, counted from 0.
 */
#include "einsum.h"
#include "../base/error.h"
#include <string.h>

enum token_kind { TOKEN_LABEL, TOKEN_ELLIPSIS, TOKEN_COMMA, TOKEN_ARROW, TOKEN_END, TOKEN_OTHER };

struct token {
    enum token_kind kind;
    const char *text;
    int length;
};

/* One term as it is written. */
struct written {
    int n;              /* tokens, the ellipsis included */
    int ellipsis;       /* which of them it is; -1 */
    struct token token[STRIDED_MAX_NDIM + 1];
    struct token end;   /* what came after it */
};

/* ---- reading ------------------------------------------------------------------------------------ */

static int is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
/* Bytes from 0x80 on are parts of UTF-8 letters. */
static int is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || ((unsigned char)c & 0x80); }

static int word_length(const char *s)
{
    int n = 0;
    while (is_word(s[n])) n++;
    return n;
}

static struct token token(enum token_kind kind, const char *text, int length)
{
    return (struct token){ kind, text, length };
}

static struct token next(const struct einsum *e, const char **at)
{
    while (is_space(**at)) (*at)++;
    const char *s = *at;
    struct token t;
    if (!*s) t = token(TOKEN_END, s, 0);
    else if (*s == ',') t = token(TOKEN_COMMA, s, 1);
    else if (!strncmp(s, "->", 2)) t = token(TOKEN_ARROW, s, 2);
    else if (!strncmp(s, "...", 3)) t = token(TOKEN_ELLIPSIS, s, 3);
    else if (e->named && is_word(*s)) t = token(TOKEN_LABEL, s, word_length(s));
    else if (!e->named && is_letter(*s)) t = token(TOKEN_LABEL, s, 1);
    else t = token(TOKEN_OTHER, s, 1);
    *at += t.length;
    return t;
}

static int place(const struct einsum *e, struct token t) { return (int)(t.text - e->spec); }

static strided_status refuse(const struct einsum *e, struct token t, const char *why)
{
    if (t.kind == TOKEN_END) return strided__fail(STRIDED_ERR_ARG, "%s: \"%s\" at its end: %s", e->who, e->spec, why);
    return strided__fail(STRIDED_ERR_ARG, "%s: \"%s\" at %d, '%.*s': %s", e->who, e->spec, place(e, t), t.length, t.text, why);
}

static strided_status read_term(const struct einsum *e, const char **at, struct written *term)
{
    term->n = 0;
    term->ellipsis = -1;
    for (;;) {
        struct token t = next(e, at);
        if (t.kind == TOKEN_OTHER)
            return refuse(e, t, e->named ? "not part of a word" : "not a letter");
        if (t.kind != TOKEN_LABEL && t.kind != TOKEN_ELLIPSIS) { term->end = t; return STRIDED_OK; }
        if (t.kind == TOKEN_ELLIPSIS) {
            if (term->ellipsis >= 0) return refuse(e, t, "a second ellipsis in one term");
            term->ellipsis = term->n;
        } else if (term->n - (term->ellipsis >= 0) == STRIDED_MAX_NDIM)
            return refuse(e, t, "a tensor has at most 16 axes");
        term->token[term->n++] = t;
    }
}

/* ---- labels ------------------------------------------------------------------------------------- */

static int same_name(const struct einsum_label *l, struct token t)
{
    return !l->ellipsis && l->length == t.length && !memcmp(l->name, t.text, (size_t)t.length);
}

/* The label of a token, or of axis `ellipsis` of "..."; -1 if it is new. */
static int find_label(const struct einsum *e, struct token t, int ellipsis)
{
    for (int i = 0; i < e->labels; i++)
        if (ellipsis ? e->label[i].ellipsis == ellipsis : same_name(&e->label[i], t)) return i;
    return -1;
}

static strided_status add_label(struct einsum *e, struct token t, int ellipsis, int *found)
{
    *found = find_label(e, t, ellipsis);
    if (*found >= 0) return STRIDED_OK;
    if (e->labels == EINSUM_LABELS) return refuse(e, t, "more than 60 different axes");
    e->label[e->labels] = (struct einsum_label){ .name = t.text, .length = t.length, .ellipsis = ellipsis, .extent = 1 };
    *found = e->labels++;
    return STRIDED_OK;
}

static int axis_of(const struct einsum_term *term, int label)
{
    for (int a = 0; a < term->n; a++)
        if (term->label[a] == label) return a;
    return -1;
}

static strided_status set_extent(struct einsum *e, int k, const strided_tensor *x, struct token t, int label)
{
    struct einsum_label *l = &e->label[label];
    int twin = axis_of(&e->term[k], label);
    int64_t extent = x->shape[e->term[k].n];
    if (twin >= 0 && x->shape[twin] != extent)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: \"%s\" at %d: '%.*s' is %" PRId64 " and %" PRId64 " in operand %d", e->who,
                             e->spec, place(e, t), t.length, t.text, x->shape[twin], extent, k);
    if (extent != 1 && l->extent != 1 && extent != l->extent)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: \"%s\" at %d: '%.*s' is %" PRId64 " in operand %d and %" PRId64 " in operand %d",
                             e->who, e->spec, place(e, t), t.length, t.text, l->extent, l->from, extent, k);
    if (extent != 1) {
        l->extent = extent;
        l->from = k;
    }
    return STRIDED_OK;
}

/* ---- terms -------------------------------------------------------------------------------------- */

static strided_status add_axis(struct einsum *e, int k, const strided_tensor *x, struct token t, int ellipsis)
{
    struct einsum_term *term = &e->term[k];
    int label;
    strided_status s = add_label(e, t, ellipsis, &label);
    if (!s) s = set_extent(e, k, x, t, label);
    if (s) return s;
    e->label[label].uses++;
    term->label[term->n++] = (uint8_t)label;
    return STRIDED_OK;
}

static strided_status add_term(struct einsum *e, int k, const strided_tensor *x, const struct written *written)
{
    int labels = written->n - (written->ellipsis >= 0), rest = x->ndim - labels;
    strided_status s = STRIDED_OK;
    if (rest < 0 || (rest > 0 && written->ellipsis < 0))
        return strided__fail(STRIDED_ERR_SHAPE, "%s: \"%s\": operand %d has %d axes, its term names %d", e->who, e->spec, k,
                             x->ndim, labels);
    for (int i = 0; i < written->n && !s; i++) {
        if (i != written->ellipsis) s = add_axis(e, k, x, written->token[i], 0);
        else for (int j = rest; j > 0 && !s; j--) s = add_axis(e, k, x, written->token[i], j);
    }
    return s;
}

static int widest_ellipsis(const struct einsum *e)
{
    int n = 0;
    for (int i = 0; i < e->labels; i++)
        if (e->label[i].ellipsis > n) n = e->label[i].ellipsis;
    return n;
}

static strided_status add_out(struct einsum *e, struct token t, int label)
{
    if (e->out.n == STRIDED_MAX_NDIM) return refuse(e, t, "the result has more than 16 axes");
    e->out.label[e->out.n++] = (uint8_t)label;
    return STRIDED_OK;
}

static strided_status add_out_ellipsis(struct einsum *e, struct token t)
{
    strided_status s = STRIDED_OK;
    for (int j = widest_ellipsis(e); j > 0 && !s; j--) s = add_out(e, t, find_label(e, t, j));
    return s;
}

static strided_status add_out_label(struct einsum *e, struct token t)
{
    int label = find_label(e, t, 0);
    if (label < 0) return refuse(e, t, "no operand has this label");
    if (axis_of(&e->out, label) >= 0) return refuse(e, t, "twice in the result");
    return add_out(e, t, label);
}

static strided_status explicit_out(struct einsum *e, const char **at)
{
    struct written written;
    strided_status s = read_term(e, at, &written);
    if (!s && written.end.kind == TOKEN_ARROW) s = refuse(e, written.end, "a second arrow");
    if (!s && written.end.kind == TOKEN_COMMA) s = refuse(e, written.end, "there is one result");
    for (int i = 0; !s && i < written.n; i++)
        s = i == written.ellipsis ? add_out_ellipsis(e, written.token[i]) : add_out_label(e, written.token[i]);
    return s;
}

static int name_before(const struct einsum_label *a, const struct einsum_label *b)
{
    int n = a->length < b->length ? a->length : b->length, order = memcmp(a->name, b->name, (size_t)n);
    return order < 0 || (order == 0 && a->length < b->length);
}

/* The first label that is used once and comes after `last` (-1: the first of all); -1 if there is none. */
static int next_single(const struct einsum *e, int last)
{
    int best = -1;
    for (int i = 0; i < e->labels; i++) {
        const struct einsum_label *l = &e->label[i];
        if (l->ellipsis || l->uses != 1 || (last >= 0 && !name_before(&e->label[last], l))) continue;
        if (best < 0 || name_before(l, &e->label[best])) best = i;
    }
    return best;
}

static strided_status implicit_out(struct einsum *e, struct token end)
{
    strided_status s = add_out_ellipsis(e, end);
    for (int i = next_single(e, -1); i >= 0 && !s; i = next_single(e, i)) s = add_out(e, end, i);
    return s;
}

/* ---- all of it ---------------------------------------------------------------------------------- */

static strided_status check_operands(const char *who, const char *spec, int n, const strided_tensor *const *operands)
{
    if (!spec) return strided__fail(STRIDED_ERR_NULL, "%s: the text is NULL", who);
    if (!operands) return strided__fail(STRIDED_ERR_NULL, "%s: the list of operands is NULL", who);
    if (n < 1 || n > EINSUM_OPERANDS)
        return strided__fail(STRIDED_ERR_ARG, "%s: %d operands; there may be 1 to %d", who, n, EINSUM_OPERANDS);
    for (int i = 0; i < n; i++)
        if (!operands[i]) return strided__fail_null(who, "an operand");
    return STRIDED_OK;
}

static strided_status count_terms(const struct einsum *e, int n)
{
    int terms = 1;
    const char *at = e->spec;
    for (struct token t = next(e, &at); t.kind != TOKEN_END && t.kind != TOKEN_ARROW; t = next(e, &at))
        terms += t.kind == TOKEN_COMMA;
    if (terms == n) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_ARG, "%s: \"%s\" has %d terms for %d operands", e->who, e->spec, terms, n);
}

strided_status strided__einsum_parse(struct einsum *e, const char *who, const char *spec, int named, int n,
                                     const strided_tensor *const *operands)
{
    struct written written;
    const char *at = spec;
    strided_status s = check_operands(who, spec, n, operands);
    if (s) return s;
    e->who = who;
    e->spec = spec;
    e->named = named;
    e->labels = e->out.n = 0;
    e->operands = n;
    s = count_terms(e, n);
    for (int k = 0; k < n && !s; k++) {
        e->term[k].n = 0;
        s = read_term(e, &at, &written);
        if (!s) s = add_term(e, k, operands[k], &written);
    }
    if (s) return s;
    return written.end.kind == TOKEN_ARROW ? explicit_out(e, &at) : implicit_out(e, written.end);
}

void strided__einsum_shape(const struct einsum *e, int64_t shape[STRIDED_MAX_NDIM])
{
    for (int a = 0; a < e->out.n; a++) shape[a] = e->label[e->out.label[a]].extent;
}
