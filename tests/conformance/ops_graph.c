/*
 * ops_graph.c - several operations in a row, over named tensors.
 *
 * Each step is replayed as a case of its own: its attributes are the words key=v,v.., its inputs the tensors named
 * in it. What a step makes on the way goes into a tensor from the library's own maker.
 */
#include "ops.h"

#include <stdio.h>
#include <string.h>

enum { STEP_TEXT = 1024 };

struct tensors { int n; struct { char name[32]; strided_tensor *tensor; } at[MAX_STEPS + MAX_INS]; };

static strided_tensor *find(const struct tensors *t, const char *name)
{
    for (int i = t->n - 1; i >= 0; i--)
        if (strcmp(t->at[i].name, name) == 0)
            return t->at[i].tensor;
    return NULL;
}

/* Takes the reference. */
static void add(struct tensors *t, const char *name, strided_tensor *tensor)
{
    snprintf(t->at[t->n].name, sizeof t->at[t->n].name, "%s", name);
    t->at[t->n++].tensor = tensor;
}

/* IN,IN.. are the operation's inputs, in its order; an empty name is an input left out. */
static void bind_inputs(struct call *step, const struct operation *op, char *list, char *names, const struct tensors *t)
{
    char *formal;
    snprintf(names, STEP_TEXT, "%s", op->ins);
    while (list && (formal = next_word(&names))) {
        char *actual = list, *comma = strchr(list, ',');
        list = comma ? comma + 1 : NULL;
        if (comma)
            *comma = 0;
        if (*actual)
            step->ins[step->nins++] = (struct slot){.name = formal, .tensor = find(t, actual)};
    }
}

/* key=v,v.. */
static void bind_attributes(struct oracle_case *c, char *words)
{
    char *word;
    while ((word = next_word(&words)) && c->nattrs < MAX_ATTRS) {
        char *equals = strchr(word, '=');
        if (!equals)
            continue;
        *equals = 0;
        for (char *comma = equals + 1; (comma = strchr(comma, ',')); )
            *comma = ' ';
        c->attrs[c->nattrs++] = (struct attribute){word, equals + 1};
    }
}

/* OP OUT IN,IN.. key=v,v.. */
static strided_status take_step(struct call *k, struct tensors *t, const char *line)
{
    char text[STEP_TEXT], names[STEP_TEXT], *at = text;
    struct oracle_case c = {.name = k->c->name, .src = k->c->src};
    struct call step = {.c = &c, .suite = k->suite, .ctx = k->ctx};
    snprintf(text, sizeof text, "%s", line);
    c.op = next_word(&at);
    char *out = next_word(&at), *ins = next_word(&at);
    const struct operation *op = ins ? find_operation(c.op) : NULL;
    if (!op || !op->run || t->n == MAX_STEPS + MAX_INS) {
        complain(k, "the step '%s' is not understood", line);
        return STRIDED_OK;
    }
    bind_inputs(&step, op, ins, names, t);
    bind_attributes(&c, at);
    strided_tensor *y = output(k, out) ? strided_retain(output(k, out)) : op->make ? op->make(&step) : NULL;
    if (!y && !op->make)
        complain(k, "no destination can be made for the step '%s'", line);
    add(t, out, y);
    step.outs[step.nouts++] = (struct slot){.name = op->out, .tensor = y};
    strided_status status = y ? op->run(&step) : strided_error_status();
    k->not_offered |= step.not_offered;
    if (step.complaint[0])
        complain(k, "step '%.100s': %.300s", line, step.complaint);
    return status;
}

strided_status run_graph(struct call *k)
{
    struct tensors t = {.n = 0};
    strided_status status = STRIDED_OK;
    for (int i = 0; i < k->nins; i++)
        add(&t, k->ins[i].name, strided_retain(k->ins[i].tensor));
    for (int i = 0; i < k->c->nsteps && !status && !k->complaint[0]; i++)
        status = take_step(k, &t, k->c->steps[i]);
    while (t.n > 0)
        strided_release(t.at[--t.n].tensor);
    return status;
}
