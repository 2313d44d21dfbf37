/*
 * session.c - loads the digits, trains a network per seed, shows what came of it.
 */
#include "session.h"

#include "curve.h"
#include "draw.h"
#include "saved.h"
#include "training.h"

#include <stdlib.h>

struct school {
    const struct session *session;
    strided_context *ctx;
    struct digits all, taught, held_out;
    struct network net;
    strided_tensor *answers; /* to what is held out */
    struct curve curve;      /* of the run that is going on */
    double accuracy, seconds, processor; /* sums over the runs */
};

static int complain(const char *what, const char *why) {
    fprintf(stderr, "digits: %s: %s\n", what, why && *why ? why : "no memory");
    return 1;
}

static int complain_of_call(const char *what) { return complain(what, strided_error()); }

/* ---- a run --------------------------------------------------------------------------------------- */

static void show_step(void *user, const struct progress *now) {
    const struct session *session = user;
    double done = (double)now->epoch + (double)now->step / (double)now->steps;
    char words[128];

    snprintf(words, sizeof words, "epoch %lld/%lld  loss %.4f  accuracy %.1f %%", (long long)now->epoch + 1,
             (long long)session->epochs, now->loss, 100 * now->accuracy);
    draw_bar(&session->terminal, done / (double)session->epochs, words);
}

static void show_epoch(const struct terminal *t, const struct progress *now, int64_t epochs, double held_out) {
    if (!t->live)
        fprintf(t->out, "epoch %lld/%lld  loss %.4f  accuracy %.1f %%  held out %.1f %%\n", (long long)now->epoch + 1,
                (long long)epochs, now->loss, 100 * now->accuracy, 100 * held_out);
}

static int examine(struct school *s, double *accuracy) {
    if (answer(&s->net, &s->held_out, s->answers)) return complain_of_call("answers");
    *accuracy = share_right(&s->held_out, s->answers);
    return 0;
}

static int train_epochs(struct school *s, struct trainer *t) {
    struct progress now;
    double held_out;

    for (int64_t i = 0; i < s->session->epochs; i++) {
        if (trainer_epoch(t, i, &now)) return complain_of_call("training");
        if (examine(s, &held_out)) return 1;
        show_epoch(&s->session->terminal, &now, s->session->epochs, held_out);
        s->curve.loss[i] = now.loss;
        s->curve.errors[i] = 1 - now.accuracy;
        s->curve.held_out_errors[i] = 1 - held_out;
    }
    return 0;
}

static int train(struct school *s, uint64_t seed) {
    const struct schedule schedule = {.epochs = s->session->epochs, .batch = s->net.batch, .peak = 0.1, .momentum = 0.9, .decay = 5e-4};
    struct trainer t;

    if (network_draw(&s->net, seed)) return complain_of_call("network");
    strided_status status = trainer_open(&t, &s->net, &s->taught, schedule, seed);
    t.show = show_step;
    t.user = (void *)s->session;
    int code = status ? complain_of_call("training") : train_epochs(s, &t);
    s->seconds += t.seconds;
    s->processor += t.processor;
    trainer_close(&t);
    return code;
}

static int run(struct school *s, uint64_t seed) {
    FILE *out = s->session->terminal.out;
    double accuracy = 0, seconds = s->seconds, processor = s->processor;
    int code = train(s, seed);

    if (!code) code = examine(s, &accuracy);
    if (code) return code;
    s->accuracy += accuracy;
    if (s->session->terminal.live) fputs("\r\033[K", out);
    fprintf(out, "seed %llu: %.2f %% of the last %d, trained in %.2f s (%.2f s of processor time)\n", (unsigned long long)seed,
            100 * accuracy, HELD_OUT, s->seconds - seconds, s->processor - processor);
    return 0;
}

/* ---- all of them --------------------------------------------------------------------------------- */

static int run_all(struct school *s) {
    const struct session *session = s->session;
    double n = (double)session->runs;

    for (int64_t i = 0; i < session->runs; i++)
        if (run(s, session->seed + (uint64_t)i)) return 1;
    s->accuracy /= n;
    if (session->runs > 1)
        fprintf(session->terminal.out, "mean: %.2f %%, %.2f s (%.2f s of processor time)\n", 100 * s->accuracy, s->seconds / n,
                s->processor / n);
    return 0;
}

static int load(struct school *s) {
    const char *path = s->session->load;
    char why[WEIGHTS_TEXT];

    if (parameters_load(&s->net.parameters, path, why)) return complain(path, why);
    if (examine(s, &s->accuracy)) return 1;
    fprintf(s->session->terminal.out, "%s: %.2f %% of the last %d\n", path, 100 * s->accuracy, HELD_OUT);
    return 0;
}

static int keep(const struct school *s) {
    const struct session *session = s->session;
    char why[WEIGHTS_TEXT];

    if (session->save && parameters_save(&s->net.parameters, session->save, why)) return complain(session->save, why);
    const char *bad = session->plot && !session->load ? curve_write(&s->curve, session->plot) : NULL;
    return bad ? complain(session->plot, bad) : 0;
}

static int conclude(const struct school *s) {
    const struct session *session = s->session;

    draw_confusion(&session->terminal, &s->held_out, s->answers);
    draw_mistakes(&session->terminal, &s->held_out, s->answers);
    if (keep(s)) return 1;
    if (100 * s->accuracy >= session->at_least) return 0;
    fprintf(stderr, "digits: %.2f %% is less than the %.2f %% asked for\n", 100 * s->accuracy, session->at_least);
    return 1;
}

/* ---- opening and closing ------------------------------------------------------------------------- */

static int open_curve(struct curve *c, int64_t epochs) {
    size_t size = (size_t)epochs * sizeof(double);

    *c = (struct curve){epochs, malloc(size), malloc(size), malloc(size)};
    return c->loss && c->errors && c->held_out_errors ? 0 : complain("epochs", "no memory");
}

static int open_school(struct school *s) {
    const struct session *session = s->session;

    s->ctx = strided_context_new(&(strided_config){.threads = session->threads});
    if (!s->ctx) return complain_of_call("context");
    if (digits_load(&s->all, s->ctx, session->data)) return complain_of_call(session->data);
    if (digits_count(&s->all) != TRAINED_ON + HELD_OUT) return complain(session->data, "does not hold 1797 digits");
    if (digits_part(&s->taught, &s->all, 0, TRAINED_ON) || digits_part(&s->held_out, &s->all, TRAINED_ON, HELD_OUT))
        return complain_of_call(session->data);
    s->answers = strided_empty(s->ctx, STRIDED_I64, STRIDED_DIMS(HELD_OUT));
    if (network_open(&s->net, s->ctx, 64, STRIDED_LIST(16, 32, 64))) return complain_of_call("network");
    return open_curve(&s->curve, session->epochs);
}

static void close_school(struct school *s) {
    free(s->curve.loss), free(s->curve.errors), free(s->curve.held_out_errors);
    network_close(&s->net);
    strided_release(s->answers);
    digits_free(&s->held_out), digits_free(&s->taught), digits_free(&s->all);
    strided_context_release(s->ctx);
}

int session_run(const struct session *session) {
    struct school s = {.session = session};
    int code = open_school(&s);

    if (!code) code = session->load ? load(&s) : run_all(&s);
    if (!code) code = conclude(&s);
    close_school(&s);
    return code;
}
