/*
 * dlpack.h - tensors exchanged with other array libraries without a copy, as DLPack 1.x lays them out.
 *
 * Not part of <strided.h>: include it where you need it. All of it is inline and made of public calls, so the library itself knows
 * nothing of DLPack. A dlpack.h of version 1 that was included before gives the types; otherwise they are declared here, under names
 * of their own and with the same layout (beside a dlpack.h of version 0, which lacks some of them, too):
 *
 *   strided_dlpack          DLManagedTensorVersioned
 *   strided_dlpack_legacy   DLManagedTensor
 *   strided_dlpack_tensor   DLTensor
 *
 * What comes in is memory of the processor (kDLCPU, kDLCUDAHost, kDLROCMHost) in elements of one lane that strided_dtype has; f16,
 * bf16 and bool of 8 bits among them. It may have any strides that fit in 64 bits, negative and zero ones; NULL strides mean
 * row-major, strides of extents 0 and 1 say nothing. data plus byte_offset must be aligned to its element.
 *
 * A refusal is a status in strided_error_status() as everywhere: ERR_UNSUPPORTED for devices and versions, ERR_DTYPE, and
 * what strided_adopt() and strided_wrap() say of shapes, strides and alignment. The line of strided_error() is that of the public
 * call that was made to fail, for inline functions cannot write one of their own; strided_dlpack_check() has the reason in words.
 */
#ifndef STRIDED_DLPACK_H
#define STRIDED_DLPACK_H

#include <string.h>
#include <strided/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- types ---------------------------------------------------------------------------------------------------- */

#if defined(DLPACK_MAJOR_VERSION) && DLPACK_MAJOR_VERSION == 1
typedef DLDeviceType             strided_dlpack_device_type;
typedef DLTensor                 strided_dlpack_tensor;
typedef DLManagedTensor          strided_dlpack_legacy;
typedef DLManagedTensorVersioned strided_dlpack;
#else
typedef int32_t strided_dlpack_device_type;

typedef struct strided_dlpack_tensor {
    void *data;
    struct { strided_dlpack_device_type device_type; int32_t device_id; } device;
    int32_t ndim;
    struct { uint8_t code, bits; uint16_t lanes; } dtype;
    int64_t *shape;
    int64_t *strides; /* in elements */
    uint64_t byte_offset;
} strided_dlpack_tensor;

typedef struct strided_dlpack_legacy {
    strided_dlpack_tensor dl_tensor;
    void *manager_ctx;
    void (*deleter)(struct strided_dlpack_legacy *self);
} strided_dlpack_legacy;

typedef struct strided_dlpack {
    struct { uint32_t major, minor; } version;
    void *manager_ctx;
    void (*deleter)(struct strided_dlpack *self);
    uint64_t flags;
    strided_dlpack_tensor dl_tensor;
} strided_dlpack;
#endif

#define STRIDED_DLPACK_READ_ONLY 1u /* of flags: DLPACK_FLAG_BITMASK_READ_ONLY */

#ifdef __cplusplus
#  define STRIDED_DLPACK_CAST(type, value) static_cast<type>(value)
#  define STRIDED_DLPACK_ADDRESS(p) reinterpret_cast<uintptr_t>(p)
#  define STRIDED_DLPACK_UNCONST(p) const_cast<void *>(p)
#  define STRIDED_DLPACK_NULL nullptr
#else
#  define STRIDED_DLPACK_CAST(type, value) ((type)(value))
#  define STRIDED_DLPACK_ADDRESS(p) ((uintptr_t)(p))
#  define STRIDED_DLPACK_UNCONST(p) ((void *)(uintptr_t)(p))
#  define STRIDED_DLPACK_NULL NULL
#endif

/* X(dtype, DLDataTypeCode, bits) */
#define STRIDED_DLPACK_DTYPE_LIST(X)                                                          \
    X(STRIDED_I8, 0, 8) X(STRIDED_I16, 0, 16) X(STRIDED_I32, 0, 32) X(STRIDED_I64, 0, 64) \
    X(STRIDED_U8, 1, 8) X(STRIDED_U16, 1, 16) X(STRIDED_U32, 1, 32) X(STRIDED_U64, 1, 64) \
    X(STRIDED_F16, 2, 16) X(STRIDED_F32, 2, 32) X(STRIDED_F64, 2, 64) X(STRIDED_BF16, 4, 16) X(STRIDED_BOOL, 6, 8)

/* ---- what can be taken ------------------------------------------------------------------------------------------ */

/* 0, which is no dtype, where the library has none. */
static inline strided_dtype strided_dlpack_dtype(const strided_dlpack_tensor *t)
{
#define STRIDED_X(name, its_code, its_bits) \
    if (t->dtype.lanes == 1 && t->dtype.code == its_code && t->dtype.bits == its_bits) return name;
    STRIDED_DLPACK_DTYPE_LIST(STRIDED_X)
#undef STRIDED_X
    return STRIDED_DLPACK_CAST(strided_dtype, 0);
}

static inline strided_status strided_dlpack_refuse(strided_status s, const char **why, const char *line)
{
    if (why) *why = line;
    return s;
}

static inline strided_status strided_dlpack_check_tensor(const strided_dlpack_tensor *t, const char **why)
{
    if (!t) return strided_dlpack_refuse(STRIDED_ERR_NULL, why, "dlpack: the tensor is NULL");
    const int device = STRIDED_DLPACK_CAST(int, t->device.device_type);
    if (device != 1 && device != 3 && device != 11) /* kDLCPU, kDLCUDAHost, kDLROCMHost */
        return strided_dlpack_refuse(STRIDED_ERR_UNSUPPORTED, why, "dlpack: the tensor is not in memory of the processor");
    if (t->dtype.lanes != 1) return strided_dlpack_refuse(STRIDED_ERR_DTYPE, why, "dlpack: elements are not of one lane");
    if (!strided_dlpack_dtype(t))
        return strided_dlpack_refuse(STRIDED_ERR_DTYPE, why, "dlpack: the library has no such element type");
    if (t->data && t->byte_offset > UINTPTR_MAX - STRIDED_DLPACK_ADDRESS(t->data))
        return strided_dlpack_refuse(STRIDED_ERR_OVERFLOW, why, "dlpack: byte_offset leads past the end of memory");
    return strided_dlpack_refuse(STRIDED_OK, why, "");
}

/* What strided_from_dlpack() would say, before what strided_adopt() says of shape, strides and alignment. `why`, if not NULL, gets one
 * constant line, "" of STRIDED_OK. Calls nothing and changes nothing, so it is to be asked first: of another major version nothing is
 * left afterwards. */
static inline strided_status strided_dlpack_check(const strided_dlpack *managed, const char **why)
{
    if (!managed) return strided_dlpack_refuse(STRIDED_ERR_NULL, why, "dlpack: the tensor is NULL");
    if (managed->version.major != 1) return strided_dlpack_refuse(STRIDED_ERR_UNSUPPORTED, why, "dlpack: the version is not 1");
    return strided_dlpack_check_tensor(&managed->dl_tensor, why);
}

/* A public call that fails with this status, so that strided_error_status() has it. */
static inline strided_tensor *strided_dlpack_fail(strided_status s)
{
    static const int64_t far_apart[] = {INT64_MAX, INT64_MAX};
    static const unsigned char constant = 0;
    strided_config config;
    strided_tensor *t = STRIDED_DLPACK_NULL;
    if (s == STRIDED_ERR_UNSUPPORTED) {
        memset(&config, 0, sizeof config);
        config.reserved[0] = 1;
        strided_context_release(strided_context_new(&config));
    } else if (s == STRIDED_ERR_READ_ONLY) {
        t = strided_wrap_const(STRIDED_DLPACK_NULL, &constant, STRIDED_U8, 0, STRIDED_DLPACK_NULL, STRIDED_DLPACK_NULL);
        s = strided_set(t, 0, STRIDED_DLPACK_NULL, 0);
    } else if (s == STRIDED_ERR_OVERFLOW)
        t = strided_empty(STRIDED_DLPACK_NULL, STRIDED_U8, 2, far_apart);
    else if (s == STRIDED_ERR_DTYPE)
        t = strided_empty(STRIDED_DLPACK_NULL, STRIDED_DLPACK_CAST(strided_dtype, 0), 0, STRIDED_DLPACK_NULL);
    else
        t = strided_empty_like(STRIDED_DLPACK_NULL);
    strided_release(t);
    return STRIDED_DLPACK_NULL;
}

/* Element 0,0,...: NULL stays NULL, whatever the offset. */
static inline void *strided_dlpack_first(const strided_dlpack_tensor *t)
{
    return t->data ? STRIDED_DLPACK_CAST(char *, t->data) + t->byte_offset : STRIDED_DLPACK_NULL;
}

/* ---- in ------------------------------------------------------------------------------------------------------- */

/* Memory that stays the producer's, as strided_wrap() takes it, or with STRIDED_DLPACK_READ_ONLY among the flags as
 * strided_wrap_const(): nobody's deleter is called, and *t may go at once, but what it points at has to live until the last view is
 * released. strided_wrap_dlpack(ctx, &managed->dl_tensor, managed->flags); a bare or an older tensor has the flags 0. */
static inline STRIDED_CHECKED strided_tensor *
strided_wrap_dlpack(strided_context *ctx, const strided_dlpack_tensor *t, uint64_t flags)
{
    const strided_status s = strided_dlpack_check_tensor(t, STRIDED_DLPACK_NULL);
    if (s) return strided_dlpack_fail(s);
    if (flags & STRIDED_DLPACK_READ_ONLY)
        return strided_wrap_const(ctx, strided_dlpack_first(t), strided_dlpack_dtype(t), t->ndim, t->shape, t->strides);
    return strided_wrap(ctx, strided_dlpack_first(t), strided_dlpack_dtype(t), t->ndim, t->shape, t->strides);
}

static inline void strided_dlpack_drop(void *user)
{
    strided_dlpack *managed = STRIDED_DLPACK_CAST(strided_dlpack *, user);
    if (managed->deleter) managed->deleter(managed);
}

static inline void strided_dlpack_drop_legacy(void *user)
{
    strided_dlpack_legacy *managed = STRIDED_DLPACK_CAST(strided_dlpack_legacy *, user);
    if (managed->deleter) managed->deleter(managed);
}

/* A tensor on the producer's memory. On success the library owns `managed` and calls its deleter (NULL: none) when the last view is
 * released, on whatever thread that is. On failure it stays yours, but for one of another major version: as DLPack wants it, its
 * deleter has been called and nothing else was read. With STRIDED_DLPACK_READ_ONLY
 * among its flags the tensor is read-only, as that of strided_wrap_const(). */
static inline STRIDED_CHECKED strided_tensor *strided_from_dlpack(strided_context *ctx, strided_dlpack *managed)
{
    const strided_status s = strided_dlpack_check(managed, STRIDED_DLPACK_NULL);
    if (s) {
        if (managed && managed->version.major != 1) strided_dlpack_drop(managed);
        return strided_dlpack_fail(s);
    }
    const strided_dlpack_tensor *t = &managed->dl_tensor;
    if (managed->flags & STRIDED_DLPACK_READ_ONLY)
        return strided_adopt_const(ctx, strided_dlpack_first(t), strided_dlpack_dtype(t), t->ndim, t->shape, t->strides,
                                   strided_dlpack_drop, managed);
    return strided_adopt(ctx, strided_dlpack_first(t), strided_dlpack_dtype(t), t->ndim, t->shape, t->strides,
                         strided_dlpack_drop, managed);
}

/* The same of a struct without version and flags, from before DLPack 1. */
static inline STRIDED_CHECKED strided_tensor *strided_from_dlpack_legacy(strided_context *ctx, strided_dlpack_legacy *managed)
{
    const strided_dlpack_tensor *t = managed ? &managed->dl_tensor : STRIDED_DLPACK_NULL;
    const strided_status s = strided_dlpack_check_tensor(t, STRIDED_DLPACK_NULL);
    if (s) return strided_dlpack_fail(s);
    return strided_adopt(ctx, strided_dlpack_first(t), strided_dlpack_dtype(t), t->ndim, t->shape, t->strides,
                         strided_dlpack_drop_legacy, managed);
}

/* ---- out ------------------------------------------------------------------------------------------------------ */

/* What lies behind an exported struct: it lives in the storage of `self`. */
struct strided_dlpack_export {
    strided_dlpack        managed;
    strided_dlpack_legacy legacy;
    strided_tensor       *x, *self; /* held */
    int64_t               shape[STRIDED_MAX_NDIM], strides[STRIDED_MAX_NDIM];
};

static inline void strided_dlpack_end(void *manager_ctx)
{
    struct strided_dlpack_export *e = STRIDED_DLPACK_CAST(struct strided_dlpack_export *, manager_ctx);
    strided_release(e->x);
    strided_release(e->self);
}

static inline void strided_dlpack_delete(strided_dlpack *self)
{
    if (self) strided_dlpack_end(self->manager_ctx);
}

static inline void strided_dlpack_delete_legacy(strided_dlpack_legacy *self)
{
    if (self) strided_dlpack_end(self->manager_ctx);
}

static inline void strided_dlpack_describe(strided_dlpack_tensor *t, struct strided_dlpack_export *e)
{
    const strided_dtype dtype = strided_dtype_of(e->x);
    t->data = strided_count(e->x) ? STRIDED_DLPACK_UNCONST(strided_const_data(e->x)) : STRIDED_DLPACK_NULL;
    t->device.device_type = STRIDED_DLPACK_CAST(strided_dlpack_device_type, 1);
    t->ndim = strided_ndim(e->x);
#define STRIDED_X(name, its_code, its_bits) if (dtype == name) t->dtype.code = its_code, t->dtype.bits = its_bits;
    STRIDED_DLPACK_DTYPE_LIST(STRIDED_X)
#undef STRIDED_X
    t->dtype.lanes = 1;
    t->shape = e->shape;
    t->strides = e->strides;
}

static inline struct strided_dlpack_export *strided_dlpack_begin(strided_tensor *x)
{
    static const int64_t size = sizeof(struct strided_dlpack_export), origin[STRIDED_MAX_NDIM] = {0};
    if (!x) {
        (void)strided_dlpack_fail(STRIDED_ERR_NULL);
        return STRIDED_DLPACK_NULL;
    }
    if (strided_count(x) && !strided_const_data(x)) { /* a geometry; this says so */
        (void)strided_get(x, strided_ndim(x), origin);
        return STRIDED_DLPACK_NULL;
    }
    strided_tensor *self = strided_zeros(strided_context_of(x), STRIDED_U8, 1, &size);
    if (!self) return STRIDED_DLPACK_NULL;
    struct strided_dlpack_export *e = STRIDED_DLPACK_CAST(struct strided_dlpack_export *, strided_data(self));
    e->x = strided_retain(x);
    e->self = self;
    for (int a = 0; a < strided_ndim(x); a++) {
        e->shape[a] = strided_dim(x, a);
        e->strides[a] = strided_stride(x, a);
    }
    return e;
}

/* x for another library: DLPack 1.0, always with strides, data at element 0,0,... (NULL if x is empty) and byte_offset 0. It keeps x
 * alive until its deleter is called, which is yours to do or whoever's you give it to. x that is read-only is flagged so. The struct
 * comes from x's context. ERR_NULL for a tensor without data. */
static inline STRIDED_CHECKED strided_dlpack *strided_to_dlpack(strided_tensor *x)
{
    struct strided_dlpack_export *e = strided_dlpack_begin(x);
    if (!e) return STRIDED_DLPACK_NULL;
    e->managed.version.major = 1;
    e->managed.manager_ctx = e;
    e->managed.deleter = strided_dlpack_delete;
    e->managed.flags = strided_is_read_only(x) ? STRIDED_DLPACK_READ_ONLY : 0;
    strided_dlpack_describe(&e->managed.dl_tensor, e);
    return &e->managed;
}

/* The same for libraries from before DLPack 1. There is no flag: x that is read-only is ERR_READ_ONLY. */
static inline STRIDED_CHECKED strided_dlpack_legacy *strided_to_dlpack_legacy(strided_tensor *x)
{
    struct strided_dlpack_export *e = STRIDED_DLPACK_NULL;
    if (strided_is_read_only(x)) (void)strided_dlpack_fail(STRIDED_ERR_READ_ONLY);
    else e = strided_dlpack_begin(x);
    if (!e) return STRIDED_DLPACK_NULL;
    e->legacy.manager_ctx = e;
    e->legacy.deleter = strided_dlpack_delete_legacy;
    strided_dlpack_describe(&e->legacy.dl_tensor, e);
    return &e->legacy;
}

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_DLPACK_H */
