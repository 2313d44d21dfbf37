#include "contexts.h"
#include "src/base/context.h"

strided_context *eager_context(const strided_config *config)
{
    strided_context *ctx = strided_context_new(config);
    if (ctx) ctx->eager = 1;
    return ctx;
}
