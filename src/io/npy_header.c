/*
 * npy_header.c - {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
 *
 * The format calls it a Python literal. This reads exactly the literals that describe one array of plain numbers; it
 * is no Python parser, and everything else is refused.
 */
#include "npy_header.h"
#include "../base/checked.h"
#include "../base/error.h"
#include "../base/text.h"
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
static const char native = '>';
#else
static const char native = '<';
#endif

/* Kind and size as NumPy writes them. bf16 has none. */
static const struct { char code[3]; strided_dtype dtype; } codes[] = {
    {"b1", STRIDED_BOOL}, {"i1", STRIDED_I8}, {"u1", STRIDED_U8}, {"i2", STRIDED_I16}, {"u2", STRIDED_U16},
    {"i4", STRIDED_I32}, {"u4", STRIDED_U32}, {"i8", STRIDED_I64}, {"u8", STRIDED_U64}, {"f2", STRIDED_F16},
    {"f4", STRIDED_F32}, {"f8", STRIDED_F64}};
enum { CODES = sizeof codes / sizeof *codes };

/* ---- reading ---------------------------------------------------------------------------------------- */

struct reader {
    const char *path, *at, *end;
};

static strided_status wrong(const struct reader *r, const char *what)
{
    return strided__fail(STRIDED_ERR_FORMAT, "load_npy: %.200s: the header %s", r->path, what);
}

static void skip_space(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')) r->at++;
}

/* Takes c, with space before it, if it comes next. */
static int take(struct reader *r, char c)
{
    skip_space(r);
    if (r->at == r->end || *r->at != c) return 0;
    r->at++;
    return 1;
}

static int take_word(struct reader *r, const char *word)
{
    size_t n = strlen(word);
    skip_space(r);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n) != 0) return 0;
    r->at += n;
    return 1;
}

struct word { const char *text; size_t length; };

static int is_word(struct word w, const char *text) { return w.length == strlen(text) && memcmp(w.text, text, w.length) == 0; }

/* '...' or "...", with no escapes. */
static int take_string(struct reader *r, struct word *w)
{
    skip_space(r);
    if (r->at == r->end || (*r->at != '\'' && *r->at != '"')) return 0;
    char quote = *r->at++;
    const char *close = memchr(r->at, quote, (size_t)(r->end - r->at));
    if (!close || memchr(r->at, '\\', (size_t)(close - r->at))) return 0;
    *w = (struct word){r->at, (size_t)(close - r->at)};
    r->at = close + 1;
    return 1;
}

/* Decimal digits that fit; Python 2 wrote an L behind them. */
static int take_extent(struct reader *r, int64_t *n)
{
    skip_space(r);
    const char *start = r->at;
    for (*n = 0; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++)
        if (!mul_size(n, *n, 10) || !add_size(n, *n, *r->at - '0')) return 0;
    if (r->at == start) return 0;
    (void)take(r, 'L');
    return 1;
}

static strided_status read_descr(struct reader *r, struct npy_header *h)
{
    struct word w;
    if (!take_string(r, &w)) return wrong(r, "has a dtype that is not one plain type");
    const int fits = w.length == 3 && memchr("<>=|", w.text[0], 4) && (w.text[0] != '|' || w.text[2] == '1');
    for (int i = 0; fits && i < CODES; i++)
        if (memcmp(w.text + 1, codes[i].code, 2) == 0) {
            h->dtype = codes[i].dtype;
            h->swapped = w.text[2] != '1' && w.text[0] != native && w.text[0] != '=';
            return STRIDED_OK;
        }
    return strided__fail(STRIDED_ERR_FORMAT, "load_npy: %.200s has dtype '%.*s', which is not one that this library reads",
                         r->path, (int)min_size((int64_t)w.length, 40), w.text);
}

static strided_status read_order(struct reader *r, struct npy_header *h)
{
    h->fortran_order = take_word(r, "True");
    if (h->fortran_order || take_word(r, "False")) return STRIDED_OK;
    return wrong(r, "has a fortran_order that is neither True nor False");
}

/* A tuple of one needs its comma. */
static strided_status read_shape(struct reader *r, struct npy_header *h)
{
    static const char *const bad = "has a shape that is not a tuple of extents";
    int comma = 0;
    h->ndim = 0;
    if (!take(r, '(')) return wrong(r, bad);
    while (!take(r, ')')) {
        if (h->ndim > 0 && !comma) return wrong(r, bad);
        if (h->ndim == STRIDED_MAX_NDIM)
            return strided__fail(STRIDED_ERR_FORMAT, "load_npy: %.200s has more than %d axes", r->path, STRIDED_MAX_NDIM);
        if (!take_extent(r, &h->shape[h->ndim++])) return wrong(r, bad);
        comma = take(r, ',');
    }
    return h->ndim == 1 && !comma ? wrong(r, bad) : STRIDED_OK;
}

enum { DESCR = 1, ORDER = 2, SHAPE = 4, ALL = 7 };

static strided_status read_entry(struct reader *r, struct npy_header *h, int *seen)
{
    struct word key;
    if (!take_string(r, &key) || !take(r, ':')) return wrong(r, "is not a dictionary of descr, fortran_order and shape");
    int which = is_word(key, "descr") ? DESCR : is_word(key, "fortran_order") ? ORDER : is_word(key, "shape") ? SHAPE : 0;
    if (!which || (*seen & which)) return wrong(r, which ? "names a key twice" : "has an unknown key");
    *seen |= which;
    return which == DESCR ? read_descr(r, h) : which == ORDER ? read_order(r, h) : read_shape(r, h);
}

strided_status strided__npy_parse(const char *path, const char *text, size_t length, struct npy_header *h)
{
    struct reader r = {path, text, text + length};
    int seen = 0, comma = 1;
    if (!take(&r, '{')) return wrong(&r, "is not a dictionary");
    while (!take(&r, '}')) {
        strided_status s = comma ? read_entry(&r, h, &seen) : wrong(&r, "lacks a comma");
        if (s) return s;
        comma = take(&r, ',');
    }
    skip_space(&r);
    if (r.at != r.end) return wrong(&r, "goes on behind its dictionary");
    return seen == ALL ? STRIDED_OK : wrong(&r, "lacks descr, fortran_order or shape");
}

/* ---- writing ---------------------------------------------------------------------------------------- */

static const char *code_of(strided_dtype t)
{
    for (int i = 0; i < CODES; i++)
        if (codes[i].dtype == t) return codes[i].code;
    return "";
}

size_t strided__npy_write(const struct npy_header *h, char buf[NPY_HEAD])
{
    enum { PREFIX = 10, ALIGN = 64 };
    struct text t = {.buf = buf + PREFIX, .size = NPY_HEAD - PREFIX};
    strided__text_put(&t, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
                      strided_dtype_size(h->dtype) == 1 ? '|' : native, code_of(h->dtype));
    for (int a = 0; a < h->ndim; a++)
        strided__text_put(&t, a ? ", %" PRId64 : h->ndim == 1 ? "%" PRId64 "," : "%" PRId64, h->shape[a]);
    strided__text_put(&t, "), }");
    size_t total = (PREFIX + t.length + 1 + ALIGN - 1) / ALIGN * ALIGN, rest = total - PREFIX;
    memset(buf + PREFIX + t.length, ' ', rest - t.length);
    buf[total - 1] = '\n';
    memcpy(buf, "\x93NUMPY\x01\x00", 8);
    buf[8] = (char)(rest & 0xff);
    buf[9] = (char)(rest >> 8);
    return total;
}
