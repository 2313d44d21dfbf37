/*
 * parse.c - cases.txt, one case at a time.
 *
 * The text is cut up in place: a case holds pointers into it, and the reader can only go forward. Every line of a
 * case starts with a key word; a line that is not understood ends the run, it is never skipped.
 */
#include "conformance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *next_word(char **at)
{
    char *begin = *at + strspn(*at, " \t\r");
    if (*begin == 0)
        return NULL;
    char *end = begin + strcspn(begin, " \t\r");
    *at = *end ? end + 1 : end;
    *end = 0;
    return begin;
}

static int next_int(char **at, int64_t *v)
{
    char *end, *word = next_word(at);
    if (!word)
        return 0;
    *v = strtoll(word, &end, 10);
    return *end == 0;
}

static int next_ints(char **at, int n, int64_t *v)
{
    for (int i = 0; i < n; i++)
        if (!next_int(at, &v[i]))
            return 0;
    return 1;
}

static int next_unsigned(char **at, uint64_t *v)
{
    char *end, *word = next_word(at);
    if (!word)
        return 0;
    *v = strtoull(word, &end, 10);
    return *end == 0;
}

static int next_real(char **at, double *v)
{
    char *end, *word = next_word(at);
    if (!word)
        return 0;
    *v = strtod(word, &end);
    return *end == 0;
}

/* ND shape.. */
static int next_shape(char **at, struct layout *l)
{
    int64_t ndim;
    if (!next_int(at, &ndim) || ndim < 0 || ndim > STRIDED_MAX_NDIM)
        return 0;
    l->ndim = (int)ndim;
    return next_ints(at, l->ndim, l->shape);
}

int64_t layout_count(const struct layout *l)
{
    int64_t n = 1;
    for (int i = 0; i < l->ndim; i++)
        n *= l->shape[i];
    return n;
}

void layout_row_major(struct layout *l)
{
    int64_t step = 1;
    for (int i = l->ndim - 1; i >= 0; i--) {
        l->strides[i] = step;
        step *= l->shape[i] > 0 ? l->shape[i] : 1;
    }
    l->offset = 0;
    l->length = layout_count(l);
}

/* NAME DTYPE D|G AT N V VOFF ND shape.. strides.. */
static int parse_in(char *line, struct operand *o)
{
    memset(o, 0, sizeof *o);
    o->name = next_word(&line);
    char *dtype = next_word(&line), *source = next_word(&line);
    if (!source || !dtype_parse(dtype, &o->dtype) || !strchr("DG", *source))
        return 0;
    o->source = *source;
    if (!next_unsigned(&line, &o->at) || !next_int(&line, &o->layout.length))
        return 0;
    o->stored = o->layout.length;
    char *v = next_word(&line);
    return v && strcmp(v, "V") == 0 && next_int(&line, &o->layout.offset) && next_shape(&line, &o->layout)
        && next_ints(&line, o->layout.ndim, o->layout.strides) && !next_word(&line);
}

/* L LEN LOFF strides..; nothing: row-major */
static int parse_own_layout(char *line, struct layout *l)
{
    char *word = next_word(&line);
    if (!word) {
        layout_row_major(l);
        return 1;
    }
    return strcmp(word, "L") == 0 && next_int(&line, &l->length) && next_int(&line, &l->offset)
        && next_ints(&line, l->ndim, l->strides) && !next_word(&line);
}

/* NAME DTYPE D AT N S ND shape.. [L ..]   or   NAME DTYPE H HASH SCALE S ND shape.. [L ..] */
static int parse_out(char *line, struct operand *o)
{
    int64_t count = -1;
    memset(o, 0, sizeof *o);
    o->name = next_word(&line);
    char *dtype = next_word(&line), *source = next_word(&line);
    if (!source || !dtype_parse(dtype, &o->dtype) || !strchr("DH", *source) || !next_unsigned(&line, &o->at))
        return 0;
    o->source = *source;
    if (!(o->source == 'D' ? next_int(&line, &count) : next_real(&line, &o->scale)))
        return 0;
    char *s = next_word(&line);
    if (!s || strcmp(s, "S") != 0 || !next_shape(&line, &o->layout) || !parse_own_layout(line, &o->layout))
        return 0;
    o->stored = layout_count(&o->layout);
    return count == -1 || count == o->stored;
}

static int parse_sample(char *line, struct oracle_case *c)
{
    const char *name = next_word(&line);
    for (int i = 0; name && i < c->nouts; i++)
        if (strcmp(c->outs[i].name, name) == 0) {
            c->outs[i].samples = line;
            return 1;
        }
    return 0;
}

static int parse_attribute(char *line, struct oracle_case *c)
{
    if (c->nattrs == MAX_ATTRS)
        return 0;
    struct attribute *a = &c->attrs[c->nattrs];
    a->key = next_word(&line);
    a->text = line;
    c->nattrs += a->key != NULL;
    return a->key != NULL;
}

static int parse_word(const char **to, char *line)
{
    return (*to = next_word(&line)) != NULL;
}

static int parse_line(char *key, char *rest, struct oracle_case *c)
{
    if (strcmp(key, "op") == 0)
        return parse_word(&c->op, rest);
    if (strcmp(key, "a") == 0)
        return parse_attribute(rest, c);
    if (strcmp(key, "in") == 0)
        return c->nins < MAX_INS && parse_in(rest, &c->ins[c->nins++]);
    if (strcmp(key, "out") == 0)
        return c->nouts < MAX_OUTS && parse_out(rest, &c->outs[c->nouts++]);
    if (strcmp(key, "step") == 0) {
        if (c->nsteps == MAX_STEPS)
            return 0;
        c->steps[c->nsteps++] = rest;
        return 1;
    }
    if (strcmp(key, "sample") == 0)
        return parse_sample(rest, c);
    if (strcmp(key, "tol") == 0)
        return next_real(&rest, &c->rtol) && next_real(&rest, &c->atol);
    if (strcmp(key, "exact") == 0)
        return c->exact = 1;
    if (strcmp(key, "error") == 0)
        return parse_word(&c->error, rest);
    if (strcmp(key, "src") == 0) {
        c->src = rest;
        return 1;
    }
    return 0;
}

/* The next line, terminated, or NULL at the end. */
static char *next_line(struct reader *r)
{
    if (*r->next == 0)
        return NULL;
    char *line = r->next, *end = line + strcspn(line, "\n");
    r->next = *end ? end + 1 : end;
    *end = 0;
    r->line++;
    return line;
}

static int malformed(const struct reader *r, const struct oracle_case *c, const char *what, char *why, size_t why_size)
{
    snprintf(why, why_size, "line %d, case %s: %s", r->line, c->name ? c->name : "?", what);
    return -1;
}

int read_case(struct reader *r, struct oracle_case *c, char *why, size_t why_size)
{
    char *line;
    memset(c, 0, sizeof *c);
    c->src = "";
    while ((line = next_line(r))) {
        char *key = next_word(&line);
        if (!key || *key == '#' || (!c->name && strcmp(key, "oracle") == 0))
            continue;
        if (strcmp(key, "case") == 0) {
            if (c->name || !parse_word(&c->name, line))
                return malformed(r, c, "a case begins inside a case, or has no name", why, why_size);
            c->line = r->line;
        } else if (c->name && strcmp(key, "end") == 0)
            return c->op ? 1 : malformed(r, c, "no operation", why, why_size);
        else if (!c->name || !parse_line(key, line, c))
            return malformed(r, c, key, why, why_size);
    }
    return c->name ? malformed(r, c, "no end", why, why_size) : 0;
}

int operand_fits(const struct operand *o, const struct suite *s)
{
    int64_t left = (int64_t)s->size - (int64_t)o->at;
    if (o->layout.length < 0)
        return 0;
    return o->source != 'D' || (o->at <= s->size && o->stored <= left / (int64_t)dtype_bytes(o->dtype));
}

const char *attr_text(const struct oracle_case *c, const char *key)
{
    for (int i = 0; i < c->nattrs; i++)
        if (strcmp(c->attrs[i].key, key) == 0)
            return c->attrs[i].text;
    return NULL;
}

int attr_ints(const struct oracle_case *c, const char *key, int64_t *values, int most)
{
    const char *at = attr_text(c, key);
    int n = 0;
    while (at && n < most) {
        char *end;
        int64_t v = strtoll(at, &end, 10);
        if (end == at)
            break;
        values[n++] = v;
        at = end;
    }
    return n;
}

int64_t attr_int(const struct oracle_case *c, const char *key, int64_t otherwise)
{
    int64_t v;
    return attr_ints(c, key, &v, 1) ? v : otherwise;
}

double attr_real(const struct oracle_case *c, const char *key, double otherwise)
{
    const char *text = attr_text(c, key);
    char *end;
    double v = text ? strtod(text, &end) : otherwise;
    return text && end == text ? otherwise : v;
}
