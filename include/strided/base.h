/*
 * base.h - versions, statuses, element types and the small macros every other part uses.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_BASE_H
#define STRIDED_BASE_H

#include <stddef.h>
#include <stdint.h>

#define STRIDED_VERSION_MAJOR 0
#define STRIDED_VERSION_MINOR 1
#define STRIDED_VERSION_PATCH 0
#define STRIDED_VERSION \
    (STRIDED_VERSION_MAJOR * 1000000 + STRIDED_VERSION_MINOR * 1000 + STRIDED_VERSION_PATCH)

#if defined(STRIDED_STATIC)
#  define STRIDED_API
#elif defined(_WIN32)
#  if defined(STRIDED_BUILDING)
#    define STRIDED_API __declspec(dllexport)
#  else
#    define STRIDED_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__)
#  define STRIDED_API __attribute__((visibility("default")))
#else
#  define STRIDED_API
#endif

#if defined(__GNUC__)
#  define STRIDED_CHECKED __attribute__((warn_unused_result))
#else
#  define STRIDED_CHECKED
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Version of the library that is running, comparable with STRIDED_VERSION. */
STRIDED_API int strided_version(void);

/* X(name, value, meaning). Values never change; new ones are added at the end. */
#define STRIDED_STATUS_LIST(X)                                                              \
    X(OK,               0, "success")                                                       \
    X(ERR_NULL,         1, "a required argument is NULL, or came from a call that failed")  \
    X(ERR_ARG,          2, "an argument lies outside its domain")                           \
    X(ERR_SHAPE,        3, "the shapes do not fit together")                                \
    X(ERR_DTYPE,        4, "not defined for these element types")                           \
    X(ERR_BOUNDS,       5, "the view would reach outside its storage")                      \
    X(ERR_NEEDS_COPY,   6, "no view of this storage has that shape; copy first")            \
    X(ERR_OVERLAP,      7, "the destination overlaps itself or an input")                   \
    X(ERR_READ_ONLY,    8, "the destination is read-only")                                  \
    X(ERR_OVERFLOW,     9, "a size does not fit in 64 bits")                                \
    X(ERR_NO_MEMORY,   10, "the allocator returned NULL")                                   \
    X(ERR_IO,          11, "reading or writing a file failed")                              \
    X(ERR_FORMAT,      12, "the file is not what it says it is")                            \
    X(ERR_UNSUPPORTED, 13, "asks for something newer than this library")

typedef enum strided_status {
#define STRIDED_X(name, value, meaning) STRIDED_##name = value,
    STRIDED_STATUS_LIST(STRIDED_X)
#undef STRIDED_X
    STRIDED_STATUS_FORCE_INT = 0x7fffffff /* the enum is an int everywhere; not a status */
} strided_status;

STRIDED_API const char *strided_status_name(strided_status s);    /* "ERR_SHAPE"; "?" if unknown */
STRIDED_API const char *strided_status_meaning(strided_status s); /* the text above */

/* The last failure on this thread: its status, and one line that names the function and the numbers,
 * e.g. "conv: x has 3 channels, w wants 4 (groups 1)"; control characters in what it quotes are '?'. Valid until
 * the next failure on this thread. Before any failure: STRIDED_OK and "". A NULL handle is a failure of its own
 * ("conv: x is NULL") only once one of these two has been called since the last failure; until then it counts as
 * what became of that. */
STRIDED_API strided_status strided_error_status(void);
STRIDED_API const char    *strided_error(void);

/* X(name, value, bytes). BOOL is one byte: any non-zero value reads as 1, and 0 or 1 is stored. */
#define STRIDED_DTYPE_LIST(X) \
    X(U8, 1, 1) X(I8, 2, 1) X(I16, 3, 2) X(I32, 4, 4) X(I64, 5, 8) \
    X(F16, 6, 2) X(BF16, 7, 2) X(F32, 8, 4) X(F64, 9, 8) X(BOOL, 10, 1) \
    X(U16, 11, 2) X(U32, 12, 4) X(U64, 13, 8)

typedef enum strided_dtype {
#define STRIDED_X(name, value, bytes) STRIDED_##name = value,
    STRIDED_DTYPE_LIST(STRIDED_X)
#undef STRIDED_X
    STRIDED_DTYPE_FORCE_INT = 0x7fffffff
} strided_dtype;

STRIDED_API size_t      strided_dtype_size(strided_dtype t); /* bytes; 0 if unknown */
STRIDED_API const char *strided_dtype_name(strided_dtype t); /* "f32"; "?" if unknown */

#define STRIDED_MAX_NDIM    16
#define STRIDED_MAX_SPATIAL  3

/* "Left out", as None in Python: the start or stop of a slice. */
#define STRIDED_NONE INT64_MIN

/* A list of integers is passed as (count, pointer): STRIDED_DIMS(2, 3) writes both, STRIDED_LIST(2, 3)
 * the pointer alone, STRIDED_NO_DIMS an absent list. C only; C++ passes a count and a pointer. */
#define STRIDED_NO_DIMS 0, NULL
#ifndef __cplusplus
#  define STRIDED_LIST(...) ((const int64_t[]){__VA_ARGS__})
#  define STRIDED_DIMS(...) \
       ((int)(sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))), STRIDED_LIST(__VA_ARGS__)
/* The same for a list of tensors: strided_einsum(y, "ij,jk->ik", STRIDED_TENSORS(a, b)). */
#  define STRIDED_TENSORS(...) \
       ((int)(sizeof((const strided_tensor *const[]){__VA_ARGS__}) / sizeof(const strided_tensor *))), \
       ((const strided_tensor *const[]){__VA_ARGS__})
#endif

typedef struct strided_context strided_context;
typedef struct strided_tensor  strided_tensor;
typedef struct strided_plan    strided_plan;

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_BASE_H */
