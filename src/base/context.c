/*
 * context.c - making, counting and asking contexts. NULL is the default context everywhere: malloc, the calling
 * thread, the best instruction set.
 */
#include "context.h"
#include "cpus.h"
#include "error.h"
#include "memory.h"
#include "options.h"
#include <stdio.h>

static strided_status check_config(const strided_config *c)
{
    strided_status s = strided__check_reserved("context_new", c->reserved);
    if (s) return s;
    if (!c->allocator.alloc != !c->allocator.free)
        return strided__fail(STRIDED_ERR_ARG, "context_new: allocator has alloc or free, but not both");
    if (c->executor.run && c->executor.workers < 1)
        return strided__fail(STRIDED_ERR_ARG, "context_new: executor has %d workers", c->executor.workers);
    if (!c->executor.run && c->executor.workers)
        return strided__fail(STRIDED_ERR_ARG, "context_new: executor has %d workers and no run()", c->executor.workers);
    if (c->threads < 0) return strided__fail(STRIDED_ERR_ARG, "context_new: threads is %d", c->threads);
    if (c->executor.run && c->threads > 1)
        return strided__fail(STRIDED_ERR_ARG, "context_new: an executor and %d threads; give one of them", c->threads);
    if ((int)c->arithmetic < STRIDED_ARITHMETIC_DEFAULT || (int)c->arithmetic > STRIDED_ARITHMETIC_FAST)
        return strided__fail(STRIDED_ERR_ARG, "context_new: arithmetic is %d", (int)c->arithmetic);
    return STRIDED_OK;
}

static strided_status choose_isa(const char *name, enum isa *isa)
{
    enum isa best = strided__cpu_isa();
    *isa = best;
    if (!name) return STRIDED_OK;
    if (!strided__isa_parse(name, isa))
        return strided__fail(STRIDED_ERR_ARG, "context_new: isa \"%.40s\" is not known", name);
    if (*isa > best || *isa != strided__isa_built(*isa))
        return strided__fail(STRIDED_ERR_UNSUPPORTED, "context_new: isa is %s, the best here is %s",
                             strided__isa_name(*isa), strided__isa_name(best));
    return STRIDED_OK;
}

static void log_line(const strided_context *ctx)
{
    char line[80];
    if (!ctx->log) return;
    int n = strided__context_workers(ctx), theirs = ctx->executor.run && !ctx->workers;
    snprintf(line, sizeof line, "strided: %s, %d %s%s%s", strided__isa_name(ctx->isa), n, theirs ? "worker" : "thread",
             n == 1 ? "" : "s", theirs ? " of the caller's executor" : "");
    ctx->log(ctx->log_user, line);
}

/* Only the pool is missing from `draft`; all memory comes from the allocator that it names. */
static strided_context *build(strided_context *draft, int threads)
{
    strided_context *ctx = strided__alloc("context_new", draft, sizeof *ctx);
    if (!ctx) return NULL;
    *ctx = *draft;
    atomic_init(&ctx->refs, 1);
    if (threads < 2) return ctx;
    ctx->workers = strided__workers_new(ctx, threads);
    if (!ctx->workers) {
        strided__free(draft, ctx, sizeof *ctx);
        return NULL;
    }
    ctx->executor = (strided_executor){.workers = threads, .run = strided__workers_run, .user = ctx->workers};
    return ctx;
}

strided_context *strided_context_new(const strided_config *config)
{
    static const strided_config usual;
    const strided_config *c = config ? config : &usual;
    strided_context draft = {.allocator = c->allocator, .executor = c->executor, .arithmetic = c->arithmetic,
                             .log = c->log, .log_user = c->log_user};
    if (check_config(c) || choose_isa(c->isa, &draft.isa)) return NULL;
    int threads = c->threads > 1 ? strided__usable_cpus(c->threads) : 1;
    strided_context *ctx = build(&draft, threads);
    if (ctx) log_line(ctx);
    return ctx;
}

strided_context *strided_context_retain(strided_context *ctx)
{
    if (ctx) atomic_fetch_add_explicit(&ctx->refs, 1, memory_order_relaxed);
    return ctx;
}

void strided_context_release(strided_context *ctx)
{
    if (!ctx || atomic_fetch_sub_explicit(&ctx->refs, 1, memory_order_acq_rel) > 1) return;
    if (ctx->workers) strided__workers_release(ctx, ctx->workers);
    strided_context last = {.allocator = ctx->allocator};
    strided__free(&last, ctx, sizeof *ctx);
}

const char *strided_context_isa(const strided_context *ctx) { return strided__isa_name(strided__context_isa(ctx)); }

int strided_context_threads(const strided_context *ctx) { return strided__context_workers(ctx); }

enum isa strided__context_isa(const strided_context *ctx) { return ctx ? ctx->isa : strided__cpu_isa(); }

strided_arithmetic strided__context_arithmetic(const strided_context *ctx)
{
    return ctx ? ctx->arithmetic : STRIDED_ARITHMETIC_DEFAULT;
}

int strided__context_workers(const strided_context *ctx) { return ctx && ctx->executor.run ? ctx->executor.workers : 1; }

void strided__context_run(strided_context *ctx, int64_t count, strided_task *task, void *job)
{
    if (ctx && ctx->executor.run && count > 1) {
        ctx->executor.run(ctx->executor.user, count, task, job);
        return;
    }
    for (int64_t i = 0; i < count; i++) task(job, i, 0);
}
