/*
 * options.c - the tail of options structs.
 */
#include "options.h"
#include "error.h"

strided_status strided__check_reserved(const char *who, const uint64_t reserved[8])
{
    for (int i = 0; i < 8; i++)
        if (reserved[i] != 0)
            return strided__fail(STRIDED_ERR_UNSUPPORTED,
                                 "%s: reserved[%d] is %" PRIu64 "; it must be zero for version %d.%d", who, i,
                                 reserved[i], STRIDED_VERSION_MAJOR, STRIDED_VERSION_MINOR);
    return STRIDED_OK;
}
