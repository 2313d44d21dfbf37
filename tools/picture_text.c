/*
 * picture_text.c - a picture in a terminal, or in plain text.
 *
 * With colours a cell has its hue as background, split when several outermost indices share it. Without, letters stand
 * for hues: "11b" is element 11 under outermost index 1, "11b+" under more than that.
 */
#include "picture.h"

#include "numbers.h"

#include <inttypes.h>
#include <string.h>

/* How wide the parts of a cell are, in columns: the value, "11", and what is behind it, "b+x3". */
struct widths {
    int value, marks;
};

/* What draws. Without colours spaces wait until something follows them, so that no line ends in one. */
struct pen {
    const struct picture *picture;
    const struct terminal *terminal;
    struct widths widths;
    int spaces;
};

static void put(struct pen *pen, char c) {
    FILE *out = pen->terminal->out;

    if (c == ' ' && !pen->terminal->colours) {
        pen->spaces++;
        return;
    }
    if (c != '\n' && pen->spaces) fprintf(out, "%*s", pen->spaces, "");
    pen->spaces = 0;
    if (c == 'x' && pen->terminal->unicode) fputs("\303\227", out); /* the multiplication sign */
    else fputc(c, out);
}

static void put_text(struct pen *pen, const char *text) {
    for (; *text; text++) put(pen, *text);
}

static void put_spaces(struct pen *pen, int n) {
    while (n-- > 0) put(pen, ' ');
}

/* ---- one cell ------------------------------------------------------------------------------------ */

static int longer(int a, int b) { return a > b ? a : b; }

static int letters_of(const struct cell *c, char *text) {
    int n = 0;
    for (int i = 0; i < c->owners && i < 3; i++) {
        int64_t o = c->owner[i] % 52;
        text[n++] = (char)(o < 26 ? 'a' + o : 'A' + o - 26);
    }
    if (c->more || c->owners > 3) text[n++] = '+';
    text[n] = '\0';
    return n;
}

static int badge_of(const struct cell *c, char *text) {
    if (c->touches < 2) return text[0] = '\0', 0;
    return snprintf(text, 24, "x%" PRId64, c->touches);
}

/* Letters where there are no colours, then the badge. */
static int marks_of(const struct cell *c, const struct terminal *t, char text[32]) {
    int letters = t->colours ? 0 : letters_of(c, text);
    return letters + badge_of(c, text + letters);
}

static struct widths measure(const struct picture *p, const struct terminal *t) {
    struct widths w = {1, 0};
    char text[32];

    for (int64_t i = 0; i < p->count; i++) {
        picture_value(p, i, text);
        w.value = longer(w.value, (int)strlen(text));
        w.marks = longer(w.marks, marks_of(&p->cells[i], t, text));
    }
    return w;
}

static int cell_width(struct widths w) { return 1 + w.value + w.marks + 1; }

/* A text over the hues of its owners: as many stripes as there are columns for them. */
static void put_striped(struct pen *pen, const struct cell *c, const char *text) {
    int n = (int)strlen(text), last = -1;

    for (int i = 0; i < n; i++) {
        int stripe = i * c->owners / n;
        if (stripe != last) {
            terminal_background(pen->terminal, hue(c->owner[stripe], pen->picture->hues));
            terminal_foreground(pen->terminal, (struct rgb){20, 20, 20});
        }
        last = stripe;
        put(pen, text[i]);
    }
    terminal_plain(pen->terminal);
}

static void put_grey(struct pen *pen, const char *text) {
    terminal_faint(pen->terminal);
    put_text(pen, text);
    terminal_plain(pen->terminal);
}

static void put_cell(struct pen *pen, int64_t place, const struct cell *c) {
    char value[32], marks[32], text[96];
    struct widths w = pen->widths;

    picture_value(pen->picture, place, value);
    marks_of(c, pen->terminal, marks);
    snprintf(text, sizeof text, " %*s%-*s ", w.value, value, w.marks, marks);
    if (!c->owners) put_grey(pen, text);
    else if (pen->terminal->colours) put_striped(pen, c, text);
    else put_text(pen, text);
}

/* Element `index` of the tensor as memory has it, of the view under its own outermost index alone. */
static void put_element(struct pen *pen, const strided_tensor *of, const int64_t *index) {
    int64_t place = picture_place(of, index);
    struct cell own = {.touches = 1, .owners = 1, .owner = {strided_ndim(of) ? index[0] : 0}};

    put_cell(pen, place, of == pen->picture->view ? &own : &pen->picture->cells[place]);
}

/* ---- grids --------------------------------------------------------------------------------------- */

/* The last axis runs across, the one before it down, the one before that across again, if the lines are short enough:
 * a matrix of patches is drawn as one. Between groups of the further axes is a gap. */
struct grid {
    const strided_tensor *of;
    int nacross, ndown;
    int across[STRIDED_MAX_NDIM], down[STRIDED_MAX_NDIM]; /* axes, outermost first */
};

enum { GAP = 2, INDENT = 2, BETWEEN = 4 };

static int64_t grid_columns(const struct grid *g, struct widths w) {
    int64_t columns = strided_count(g->of) ? cell_width(w) : 0; /* of nothing other extents may be any */
    for (int i = g->nacross; i-- > 0 && columns;) {
        int64_t n = strided_dim(g->of, g->across[i]);
        columns = i == g->nacross - 1 ? n * columns : n * (columns + GAP) - GAP;
    }
    return columns;
}

static void split_axes(struct grid *g, int alternate) {
    int ndim = strided_ndim(g->of);

    g->nacross = g->ndown = 0;
    for (int a = 0; a < ndim; a++) {
        int from_end = ndim - 1 - a;
        if (alternate ? from_end % 2 == 0 : from_end == 0) g->across[g->nacross++] = a;
        else g->down[g->ndown++] = a;
    }
}

static struct grid grid_of(const struct pen *pen, const strided_tensor *of) {
    struct grid g = {.of = of};

    split_axes(&g, 1);
    if (grid_columns(&g, pen->widths) > pen->terminal->columns - INDENT) split_axes(&g, 0);
    return g;
}

/* The next index over some of the axes: how many of them turned over, or -1 after the last. */
static int advance(const strided_tensor *of, int n, const int *axes, int64_t *index) {
    for (int i = n; i-- > 0;) {
        if (++index[axes[i]] < strided_dim(of, axes[i])) return n - 1 - i;
        index[axes[i]] = 0;
    }
    return -1;
}

static void put_line(struct pen *pen, const struct grid *g, int64_t *index) {
    int turned = 0;

    do {
        if (turned) put_spaces(pen, GAP);
        put_element(pen, g->of, index);
    } while ((turned = advance(g->of, g->nacross, g->across, index)) >= 0);
}

static void put_grid(struct pen *pen, const strided_tensor *of) {
    struct grid g = grid_of(pen, of);
    int64_t index[STRIDED_MAX_NDIM] = {0};
    int turned = 0;

    if (!strided_count(of)) return;
    do {
        if (turned) put(pen, '\n');
        put_spaces(pen, INDENT);
        put_line(pen, &g, index);
        put(pen, '\n');
    } while ((turned = advance(of, g.ndown, g.down, index)) >= 0);
}

static void put_strip(struct pen *pen) {
    int per_line = (pen->terminal->columns - INDENT) / cell_width(pen->widths);

    for (int64_t i = 0; i < pen->picture->count; i++) {
        if (i && i % per_line == 0) put(pen, '\n');
        if (i % per_line == 0) put_spaces(pen, INDENT);
        put_cell(pen, i, &pen->picture->cells[i]);
    }
    if (pen->picture->count) put(pen, '\n');
}

/* The pen for the view's grid: every cell has one letter and no badge. */
static struct pen for_view(struct pen pen) {
    pen.widths.marks = !pen.terminal->colours;
    return pen;
}

/* ---- words --------------------------------------------------------------------------------------- */

static void put_heading(const struct terminal *t, const char *what, const strided_tensor *x) {
    char shape[512], strides[512];

    terminal_bold(t);
    fputs(what, t->out);
    terminal_plain(t);
    fprintf(t->out, "  shape %s  strides %s", tuple_text(strided_ndim(x), strided_shape(x), shape),
            tuple_text(strided_ndim(x), strided_strides(x), strides));
    if (strided_offset(x)) fprintf(t->out, "  offset %" PRId64, strided_offset(x));
    fputc('\n', t->out);
}

static void put_counts(const struct picture *p, const struct terminal *t) {
    fprintf(t->out, "touched    %" PRId64 " of %" PRId64, p->touched, p->count);
    if (p->repeated)
        fprintf(t->out, ", %" PRId64 " of them more than once, at most %" PRId64 " times", p->repeated, p->most);
    fprintf(t->out, "\nuntouched  %" PRId64 "\n", p->count - p->touched);
}

static void put_facts(const struct picture *p, const struct terminal *t) {
    fprintf(t->out, "dtype      %s\n", strided_dtype_name(strided_dtype_of(p->view)));
    fprintf(t->out, "contiguous %s\n", strided_is_contiguous(p->view) ? "yes" : "no");
    fprintf(t->out, "overlap    %s\n",
            strided_is_overlapping(p->view) ? "yes: some element has more than one index" : "no");
    if (p->cells) put_counts(p, t);
}

void picture_text(const struct picture *p, const struct terminal *t) {
    struct pen pen = {.picture = p, .terminal = t}, view_pen;
    int draw = picture_is_drawable(p);

    if (draw) pen.widths = measure(p, t);
    view_pen = for_view(pen);
    terminal_bold(t);
    fputs("memory", t->out);
    terminal_plain(t);
    fprintf(t->out, "  %" PRId64 " elements\n", p->count);
    if (draw) put_strip(&pen);
    put_heading(t, "tensor", p->tensor);
    if (draw) put_grid(&pen, p->tensor);
    put_heading(t, "view  ", p->view);
    if (draw) put_grid(&view_pen, p->view);
    fputc('\n', t->out);
    put_facts(p, t);
    if (!draw) fprintf(t->out, "(more than %d elements: not drawn)\n", PICTURE_DRAWN);
}

/* ---- side by side -------------------------------------------------------------------------------- */

static int64_t lines_of(const struct grid *g) {
    int64_t n = strided_count(g->of) > 0;
    for (int i = 0; i < g->ndown; i++) n *= strided_dim(g->of, g->down[i]);
    return n;
}

/* The next line of a grid, or as many spaces. */
static void put_line_or_spaces(struct pen *pen, const struct grid *g, int64_t *index, int64_t *left) {
    if ((*left)-- > 0) {
        put_line(pen, g, index);
        advance(g->of, g->ndown, g->down, index);
    } else {
        put_spaces(pen, (int)grid_columns(g, pen->widths));
    }
}

static void put_side_by_side(struct pen *pen, struct pen *other, const struct grid *left, const struct grid *right) {
    int64_t nleft = lines_of(left), nright = lines_of(right), n = nleft > nright ? nleft : nright;
    int64_t left_index[STRIDED_MAX_NDIM] = {0}, right_index[STRIDED_MAX_NDIM] = {0};

    for (int64_t i = 0; i < n; i++) {
        put_spaces(pen, INDENT);
        put_line_or_spaces(pen, left, left_index, &nleft);
        put_spaces(pen, BETWEEN);
        other->spaces = pen->spaces;
        put_line_or_spaces(other, right, right_index, &nright);
        pen->spaces = 0;
        put(other, '\n');
    }
}

void picture_pair(const struct picture *p, const struct terminal *t) {
    struct pen pen = {.picture = p, .terminal = t, .widths = measure(p, t)}, other = for_view(pen);
    struct grid left = grid_of(&pen, p->tensor), right = grid_of(&other, p->view);
    int64_t columns = INDENT + grid_columns(&left, pen.widths) + BETWEEN + grid_columns(&right, other.widths);

    if (columns <= t->columns) {
        put_side_by_side(&pen, &other, &left, &right);
        return;
    }
    put_grid(&pen, p->tensor);
    put(&pen, '\n');
    put_grid(&other, p->view);
}
