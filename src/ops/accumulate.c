/*
 * accumulate.c - strided_accumulate(): dst += src, the one operator that may write through a view that overlaps itself.
 *
 * Every addition is rounded into dst before the next one is made, because elements may meet: sums into f16 and bf16
 * lose what an f32 destination would keep.
 */
#include "check.h"
#include "operands.h"
#include "../base/error.h"
#include "../nest/nest.h"

static strided_status check_memory(const strided_tensor *dst, const strided_tensor *src)
{
    strided_status s = strided__check_input("accumulate", "src", src);
    if (!s) s = strided__check_input("accumulate", "dst", dst);
    if (!s && dst->read_only) s = strided__fail(STRIDED_ERR_READ_ONLY, "accumulate: dst is read-only");
    if (!s) s = strided__check_apart("accumulate", "dst", dst, "src", src, !strided_is_overlapping(dst));
    return s;
}

strided_status strided_accumulate(strided_tensor *dst, const strided_tensor *src)
{
    const struct operand ops[] = { { .name = "dst", .x = dst }, { .name = "src", .x = src } };
    strided_status s = strided__check_given("accumulate", 2, ops);
    if (!s) s = strided__check_broadcast("accumulate", "src", src, "dst", dst);
    if (!s) s = check_memory(dst, src);
    if (s) return s;

    struct work w;
    strided__work_init(&w, WORK_MAP, strided__compute_for(dst->dtype, 2, (const strided_tensor *[]){ dst, src }),
                       strided_context_of(dst));
    w.op = MAP_ACCUMULATE;
    strided__work_elementwise(&w, (const strided_tensor *[NEST_OPERANDS]){ dst, src });
    strided__work_run(&w);
    return STRIDED_OK;
}
