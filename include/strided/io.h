/*
 * io.h - NumPy's .npy files, versions 1 to 3.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_IO_H
#define STRIDED_IO_H

#include <strided/plan.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Any C- or Fortran-ordered .npy file of a dtype the library has, in either byte order. */
STRIDED_API STRIDED_CHECKED strided_tensor *strided_load_npy(strided_context *ctx, const char *path);
/* x in row-major order. bf16 has no .npy dtype and is refused. A file that is there already is replaced at the end, by
 * renaming: it stays as it was if writing fails. */
STRIDED_API STRIDED_CHECKED strided_status  strided_save_npy(const char *path, const strided_tensor *x);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_IO_H */
