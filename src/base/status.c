/*
 * status.c - the names and meanings of statuses.
 */
#include <strided/base.h>

const char *strided_status_name(strided_status s)
{
    switch ((int)s) {
#define STRIDED_X(name, value, meaning) case value: return #name;
        STRIDED_STATUS_LIST(STRIDED_X)
#undef STRIDED_X
    }
    return "?";
}

const char *strided_status_meaning(strided_status s)
{
    switch ((int)s) {
#define STRIDED_X(name, value, meaning) case value: return meaning;
        STRIDED_STATUS_LIST(STRIDED_X)
#undef STRIDED_X
    }
    return "?";
}
