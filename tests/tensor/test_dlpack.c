/*
 * test_dlpack.c - tensors to and from the structs of DLPack, as strided/dlpack.h declares them.
 */
#include <strided/dlpack.h>
#include "support/number.h"
#include "support/oom.h"
#include "support/refuse.h"

/* ---- a producer ------------------------------------------------------------------------------------------ */

enum { CPU = 1, CUDA = 2, CUDA_HOST = 3, ROCM_HOST = 11 };
enum { INT = 0, UINT = 1, FLOAT = 2, HANDLE = 3, BFLOAT = 4, COMPLEX = 5, BOOL = 6, FLOAT8 = 10 };

struct producer {
    strided_dlpack        managed;
    strided_dlpack_legacy legacy;
    int64_t               shape[20], strides[20];
    double                memory[12];
    int                   deleted;
};

static void deleted(strided_dlpack *self) { ++((struct producer *)self->manager_ctx)->deleted; }
static void deleted_legacy(strided_dlpack_legacy *self) { ++((struct producer *)self->manager_ctx)->deleted; }

/* f64 (3, 4), row-major, 0 to 11 */
static strided_dlpack *produce(struct producer *p)
{
    *p = (struct producer){.shape = {3, 4}, .strides = {4, 1}};
    for (int i = 0; i < 12; i++) p->memory[i] = i;
    strided_dlpack_tensor t = {.data = p->memory, .ndim = 2, .shape = p->shape, .strides = p->strides};
    t.device.device_type = CPU;
    t.dtype.code = FLOAT, t.dtype.bits = 64, t.dtype.lanes = 1;
    p->managed.version.major = 1;
    p->managed.manager_ctx = p->legacy.manager_ctx = p;
    p->managed.deleter = deleted;
    p->legacy.deleter = deleted_legacy;
    p->managed.dl_tensor = p->legacy.dl_tensor = t;
    return &p->managed;
}

static void is_value(const strided_tensor *x, int64_t i, int64_t j, double want)
{
    assert_true(strided_get(x, STRIDED_DIMS(i, j)) == want);
}

/* ---- the layout of the structs ------------------------------------------------------------------------------ */

static void layout(void **state)
{
    (void)state;
    if (sizeof(void *) != 8) return;
    assert_int_equal(offsetof(strided_dlpack_tensor, data), 0);
    assert_int_equal(offsetof(strided_dlpack_tensor, device), 8);
    assert_int_equal(offsetof(strided_dlpack_tensor, device.device_id), 12);
    assert_int_equal(offsetof(strided_dlpack_tensor, ndim), 16);
    assert_int_equal(offsetof(strided_dlpack_tensor, dtype), 20);
    assert_int_equal(offsetof(strided_dlpack_tensor, dtype.bits), 21);
    assert_int_equal(offsetof(strided_dlpack_tensor, dtype.lanes), 22);
    assert_int_equal(offsetof(strided_dlpack_tensor, shape), 24);
    assert_int_equal(offsetof(strided_dlpack_tensor, strides), 32);
    assert_int_equal(offsetof(strided_dlpack_tensor, byte_offset), 40);
    assert_int_equal(sizeof(strided_dlpack_tensor), 48);
    assert_int_equal(offsetof(strided_dlpack, version.minor), 4);
    assert_int_equal(offsetof(strided_dlpack, manager_ctx), 8);
    assert_int_equal(offsetof(strided_dlpack, deleter), 16);
    assert_int_equal(offsetof(strided_dlpack, flags), 24);
    assert_int_equal(offsetof(strided_dlpack, dl_tensor), 32);
    assert_int_equal(offsetof(strided_dlpack_legacy, dl_tensor), 0);
    assert_int_equal(offsetof(strided_dlpack_legacy, manager_ctx), 48);
    assert_int_equal(offsetof(strided_dlpack_legacy, deleter), 56);
}

/* ---- in ------------------------------------------------------------------------------------------------------ */

static void views_outlive_the_first(void **state)
{
    (void)state;
    struct producer p;
    strided_tensor *x = strided_from_dlpack(NULL, produce(&p));
    assert_non_null(x);
    assert_true(strided_data(x) == p.memory);
    assert_false(strided_is_read_only(x));
    is_value(x, 2, 1, 9);
    assert_int_equal(strided_set(x, STRIDED_DIMS(2, 1), -1), STRIDED_OK);
    assert_true(p.memory[9] == -1);
    strided_tensor *t = strided_transpose(x, 0, 1);
    strided_release(x);
    assert_int_equal(p.deleted, 0);
    is_value(t, 3, 2, 11);
    strided_release(t);
    assert_int_equal(p.deleted, 1);
}

static void read_only_ones(void **state)
{
    (void)state;
    struct producer p;
    produce(&p)->flags = STRIDED_DLPACK_READ_ONLY;
    assert_int_equal(strided_dlpack_check(&p.managed, NULL), STRIDED_OK);
    strided_tensor *x = strided_from_dlpack(NULL, &p.managed), *t = strided_transpose(x, 0, 1);
    strided_release(x);
    assert_true(strided_is_read_only(t));
    assert_true(strided_const_data(t) == p.memory);
    refused_doing(STRIDED_ERR_READ_ONLY, "fill", strided_fill(t, 1));
    strided_dlpack *m = strided_to_dlpack(t);
    assert_int_equal(m->flags, STRIDED_DLPACK_READ_ONLY);
    strided_release(t);
    assert_int_equal(p.deleted, 0);
    m->deleter(m);
    assert_int_equal(p.deleted, 1);
    p.managed.dl_tensor.ndim = 17;
    refused(STRIDED_ERR_ARG, "adopt_const", strided_from_dlpack(NULL, &p.managed));
    assert_int_equal(p.deleted, 1);
}

static void strides_and_offsets(void **state)
{
    (void)state;
    struct producer p;
    strided_dlpack *m = produce(&p);
    m->dl_tensor.strides = NULL;
    STRIDED_AUTO strided_tensor *rows = strided_from_dlpack(NULL, m);
    assert_true(strided_is_contiguous(rows));
    is_value(rows, 1, 0, 4);

    struct producer q;
    m = produce(&q);
    m->dl_tensor.byte_offset = 11 * sizeof(double); /* backwards, the last axis one element again and again */
    q.strides[0] = -4, q.strides[1] = 0;
    STRIDED_AUTO strided_tensor *back = strided_from_dlpack(NULL, m);
    is_value(back, 0, 3, 11);
    is_value(back, 2, 1, 3);
    assert_true(strided_is_overlapping(back));
    assert_int_equal(strided_stride(back, 0), -4);

    struct producer r;
    m = produce(&r);
    r.shape[0] = 1, r.strides[0] = INT64_MIN;
    STRIDED_AUTO strided_tensor *one = strided_from_dlpack(NULL, m);
    is_value(one, 0, 3, 3);
    assert_true(strided_is_contiguous(one));

    struct producer s;
    m = produce(&s);
    m->dl_tensor.ndim = 0, m->dl_tensor.shape = m->dl_tensor.strides = NULL;
    STRIDED_AUTO strided_tensor *scalar = strided_from_dlpack(NULL, m);
    assert_int_equal(strided_ndim(scalar), 0);
    assert_int_equal(strided_count(scalar), 1);
}

static void empty_ones_and_geometries(void **state)
{
    (void)state;
    struct producer p, q, r;
    strided_dlpack *m = produce(&p);
    p.shape[1] = 0, p.strides[0] = INT64_MAX, p.strides[1] = INT64_MIN;
    m->dl_tensor.data = NULL;
    m->dl_tensor.byte_offset = 8;
    strided_tensor *none = strided_from_dlpack(NULL, m);
    assert_non_null(none);
    assert_int_equal(strided_count(none), 0);
    assert_int_equal(strided_fill(none, 1), STRIDED_OK);
    strided_release(none);
    assert_int_equal(p.deleted, 1);

    m = produce(&q);
    q.shape[0] = 0;
    STRIDED_AUTO strided_tensor *some = strided_from_dlpack(NULL, m);
    assert_int_equal(strided_dim(some, 0), 0);

    m = produce(&r);
    m->dl_tensor.data = NULL;
    m->dl_tensor.byte_offset = 8;
    STRIDED_AUTO strided_tensor *geometry = strided_from_dlpack(NULL, m);
    assert_non_null(geometry);
    assert_null(strided_data(geometry));
    refused_doing(STRIDED_ERR_NULL, "fill", strided_fill(geometry, 1));
}

static void devices(void **state)
{
    (void)state;
    static const struct { int device, taken; } cases[] = {{CPU, 1}, {CUDA_HOST, 1}, {ROCM_HOST, 1}, {CUDA, 0}, {0, 0}, {13, 0}, {-1, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct producer p;
        strided_dlpack *m = produce(&p);
        m->dl_tensor.device.device_type = cases[i].device;
        strided_tensor *x = strided_from_dlpack(NULL, m);
        if (!x) assert_int_equal(strided_error_status(), STRIDED_ERR_UNSUPPORTED);
        assert_int_equal(!!x, cases[i].taken);
        strided_release(x);
        assert_int_equal(p.deleted, cases[i].taken);
    }
}

static void no_deleter(void **state)
{
    (void)state;
    struct producer p;
    produce(&p)->deleter = NULL;
    strided_release(strided_from_dlpack(NULL, &p.managed));
    p.managed.version.major = 2;
    assert_null(strided_from_dlpack(NULL, &p.managed));
    assert_int_equal(p.deleted, 0);
}

static void a_context_is_kept(void **state)
{
    (void)state;
    struct oom *o = oom_new();
    struct producer p;
    strided_tensor *x = strided_from_dlpack(o->ctx, produce(&p));
    assert_true(strided_context_of(x) == o->ctx);
    strided_release(x);
    oom_free(o);
}

/* ---- refusals: the producer's struct stays the caller's -------------------------------------------------------- */

static void refuse_checked(strided_status want, struct producer *p)
{
    const char *why = NULL;
    assert_int_equal(strided_dlpack_check(&p->managed, &why), want);
    assert_int_equal(strncmp(why, "dlpack: ", 8), 0);
    assert_int_equal(strided_dlpack_check(&p->managed, NULL), want);
    assert_null(strided_from_dlpack(NULL, &p->managed));
    assert_int_equal(strided_error_status(), want);
    assert_int_equal(p->deleted, 0);
}

static void foreign_dtypes(void **state)
{
    (void)state;
    static const struct { uint8_t code, bits; uint16_t lanes; } cases[] = {
        {COMPLEX, 64, 1}, {COMPLEX, 128, 1}, {FLOAT8, 8, 1}, {FLOAT, 8, 1}, {FLOAT, 128, 1}, {FLOAT, 80, 1}, {BFLOAT, 32, 1}, {BOOL, 1, 1},
        {INT, 4, 1}, {UINT, 128, 1}, {HANDLE, 64, 1}, {255, 255, 1}, {FLOAT, 32, 2}, {FLOAT, 32, 0}, {FLOAT, 0, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct producer p;
        strided_dlpack *m = produce(&p);
        m->dl_tensor.dtype.code = cases[i].code, m->dl_tensor.dtype.bits = cases[i].bits, m->dl_tensor.dtype.lanes = cases[i].lanes;
        refuse_checked(STRIDED_ERR_DTYPE, &p);
    }
}

static void refusals(void **state)
{
    (void)state;
    struct producer p;
    const char *why = NULL;
    assert_int_equal(strided_dlpack_check(produce(&p), &why), STRIDED_OK);
    assert_string_equal(why, "");
    assert_int_equal(strided_dlpack_check(NULL, &why), STRIDED_ERR_NULL);
    (void)strided_error();
    refused(STRIDED_ERR_NULL, "empty_like", strided_from_dlpack(NULL, NULL));
    refused(STRIDED_ERR_NULL, "empty_like", strided_from_dlpack_legacy(NULL, NULL));
    refused(STRIDED_ERR_NULL, "empty_like", strided_wrap_dlpack(NULL, NULL, 0));

    produce(&p)->dl_tensor.device.device_type = CUDA;
    refuse_checked(STRIDED_ERR_UNSUPPORTED, &p);
    produce(&p)->dl_tensor.byte_offset = UINT64_MAX;
    refuse_checked(STRIDED_ERR_OVERFLOW, &p);

    produce(&p)->dl_tensor.byte_offset = 4;
    refused(STRIDED_ERR_ARG, "adopt", strided_from_dlpack(NULL, &p.managed));
    produce(&p)->dl_tensor.ndim = -1;
    refused(STRIDED_ERR_ARG, "adopt", strided_from_dlpack(NULL, &p.managed));
    produce(&p)->dl_tensor.ndim = 17;
    refused(STRIDED_ERR_ARG, "adopt", strided_from_dlpack(NULL, &p.managed));
    produce(&p)->dl_tensor.shape = NULL;
    refused(STRIDED_ERR_NULL, "adopt", strided_from_dlpack(NULL, &p.managed));
    produce(&p);
    p.shape[1] = -1;
    refused(STRIDED_ERR_ARG, "adopt", strided_from_dlpack(NULL, &p.managed));
    produce(&p);
    p.strides[0] = INT64_MAX;
    refused(STRIDED_ERR_OVERFLOW, "adopt", strided_from_dlpack(NULL, &p.managed));
    assert_int_equal(p.deleted, 0);
}

/* Of another major version nothing but the deleter is known. */
static void another_major_version(void **state)
{
    (void)state;
    static const uint32_t majors[] = {0, 2, UINT32_MAX};
    for (int i = 0; i < 3; i++) {
        struct producer p;
        strided_dlpack *m = produce(&p);
        m->version.major = majors[i];
        memset(&m->dl_tensor, 0xff, sizeof m->dl_tensor);
        m->flags = UINT64_MAX;
        assert_int_equal(strided_dlpack_check(m, NULL), STRIDED_ERR_UNSUPPORTED);
        assert_int_equal(p.deleted, 0);
        assert_null(strided_from_dlpack(NULL, m));
        assert_int_equal(strided_error_status(), STRIDED_ERR_UNSUPPORTED);
        assert_int_equal(p.deleted, 1);
    }
    struct producer p;
    produce(&p)->version.minor = 99;
    p.managed.flags = ~(uint64_t)STRIDED_DLPACK_READ_ONLY; /* what later minor versions may say */
    strided_release(strided_from_dlpack(NULL, &p.managed));
    assert_int_equal(p.deleted, 1);
}

static void wraps(void **state)
{
    (void)state;
    struct producer p;
    strided_dlpack *m = produce(&p);
    m->dl_tensor.byte_offset = 8;
    p.shape[0] = 2;
    STRIDED_AUTO strided_tensor *constant = strided_wrap_dlpack(NULL, &m->dl_tensor, STRIDED_DLPACK_READ_ONLY);
    STRIDED_AUTO strided_tensor *writable = strided_wrap_dlpack(NULL, &m->dl_tensor, 2);
    assert_true(strided_is_read_only(constant));
    assert_true(strided_const_data(constant) == p.memory + 1);
    refused_doing(STRIDED_ERR_READ_ONLY, "fill", strided_fill(constant, 1));
    assert_true(strided_data(writable) == p.memory + 1);
    m->dl_tensor.dtype.lanes = 4;
    assert_null(strided_wrap_dlpack(NULL, &m->dl_tensor, 0));
    assert_int_equal(strided_error_status(), STRIDED_ERR_DTYPE);
    produce(&p)->dl_tensor.ndim = 17;
    refused(STRIDED_ERR_ARG, "wrap", strided_wrap_dlpack(NULL, &m->dl_tensor, 0));
    refused(STRIDED_ERR_ARG, "wrap_const", strided_wrap_dlpack(NULL, &m->dl_tensor, 1));
    assert_int_equal(p.deleted, 0);
}

static void legacy(void **state)
{
    (void)state;
    struct producer p;
    produce(&p);
    strided_tensor *x = strided_from_dlpack_legacy(NULL, &p.legacy);
    is_value(x, 1, 2, 6);
    strided_dlpack_legacy *again = strided_to_dlpack_legacy(x);
    strided_release(x);
    strided_tensor *back = strided_from_dlpack_legacy(NULL, again);
    is_value(back, 1, 2, 6);
    assert_int_equal(p.deleted, 0);
    strided_release(back);
    assert_int_equal(p.deleted, 1);
    p.legacy.dl_tensor.device.device_type = CUDA;
    assert_null(strided_from_dlpack_legacy(NULL, &p.legacy));
    assert_int_equal(strided_error_status(), STRIDED_ERR_UNSUPPORTED);
    p.legacy.dl_tensor.device.device_type = CPU;
    p.legacy.deleter = NULL;
    strided_release(strided_from_dlpack_legacy(NULL, &p.legacy));
    assert_int_equal(p.deleted, 1);
    STRIDED_AUTO strided_tensor *constant = strided_wrap_const(NULL, p.memory, STRIDED_F64, STRIDED_DIMS(3), NULL);
    assert_null(strided_to_dlpack_legacy(constant));
    assert_int_equal(strided_error_status(), STRIDED_ERR_READ_ONLY);
    (void)strided_error();
    refused(STRIDED_ERR_NULL, "empty_like", (strided_tensor *)(void *)strided_to_dlpack_legacy(NULL));
}

/* ---- out ------------------------------------------------------------------------------------------------------- */

static void exported_fields(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_arange(NULL, STRIDED_I16, 0, 24, 1), *r = strided_reshape(x, STRIDED_DIMS(4, 6));
    STRIDED_AUTO strided_tensor *f = strided_flip(r, STRIDED_DIMS(0)), *v = strided_slice(f, 1, 1, STRIDED_NONE, 2);
    strided_dlpack *m = strided_to_dlpack(v);
    assert_int_equal(m->version.major, 1);
    assert_int_equal(m->version.minor, 0);
    assert_int_equal(m->flags, 0);
    assert_true(m->dl_tensor.data == strided_data(v));
    assert_int_equal(m->dl_tensor.device.device_type, CPU);
    assert_int_equal(m->dl_tensor.device.device_id, 0);
    assert_int_equal(m->dl_tensor.ndim, 2);
    assert_int_equal(m->dl_tensor.dtype.code, INT);
    assert_int_equal(m->dl_tensor.dtype.bits, 16);
    assert_int_equal(m->dl_tensor.dtype.lanes, 1);
    assert_int_equal(m->dl_tensor.shape[0], 4);
    assert_int_equal(m->dl_tensor.shape[1], 3);
    assert_int_equal(m->dl_tensor.strides[0], -6);
    assert_int_equal(m->dl_tensor.strides[1], 2);
    assert_int_equal(m->dl_tensor.byte_offset, 0);
    m->deleter(m);

    STRIDED_AUTO strided_tensor *wide = strided_broadcast_to(v, STRIDED_DIMS(2, 4, 3));
    m = strided_to_dlpack(wide);
    assert_int_equal(m->dl_tensor.strides[0], 0);
    m->deleter(m);

    static const float memory[3] = {1, 2, 3};
    STRIDED_AUTO strided_tensor *constant = strided_wrap_const(NULL, memory, STRIDED_F32, STRIDED_DIMS(3), NULL);
    m = strided_to_dlpack(constant);
    assert_int_equal(m->flags, STRIDED_DLPACK_READ_ONLY);
    assert_true(m->dl_tensor.data == memory);
    assert_int_equal(m->dl_tensor.strides[0], 1);
    m->deleter(m);

    STRIDED_AUTO strided_tensor *none = strided_narrow(r, 0, 2, 0);
    m = strided_to_dlpack(none);
    assert_null(m->dl_tensor.data);
    assert_int_equal(m->dl_tensor.shape[0], 0);
    m->deleter(m);

    (void)strided_error();
    refused(STRIDED_ERR_NULL, "empty_like", (strided_tensor *)(void *)strided_to_dlpack(NULL));
    STRIDED_AUTO strided_tensor *geometry = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(2, 2), NULL);
    assert_null(strided_to_dlpack(geometry));
    assert_int_equal(strided_error_status(), STRIDED_ERR_NULL);
}

static void every_dtype_there_and_back(void **state)
{
    (void)state;
    for (int i = 0; i < NUMBER_DTYPES; i++) {
        strided_tensor *x = strided_arange(NULL, number_dtypes[i], 0, 6, 1), *r = strided_reshape(x, STRIDED_DIMS(2, 3));
        strided_dlpack *m = strided_to_dlpack(r);
        const void *data = strided_const_data(r);
        strided_release(x);
        strided_release(r);
        assert_int_equal(m->dl_tensor.dtype.bits, 8 * strided_dtype_size(number_dtypes[i]));
        strided_tensor *y = strided_from_dlpack(NULL, m);
        assert_non_null(y);
        assert_int_equal(strided_dtype_of(y), number_dtypes[i]);
        assert_true(strided_const_data(y) == data);
        is_value(y, 1, 2, number_dtypes[i] == STRIDED_BOOL ? 1 : 5);
        strided_release(y);
    }
    STRIDED_AUTO strided_tensor *deep = strided_zeros(NULL, STRIDED_U8, 16, (const int64_t[16]){1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3});
    STRIDED_AUTO strided_tensor *again = strided_from_dlpack(NULL, strided_to_dlpack(deep));
    assert_int_equal(strided_ndim(again), 16);
    assert_int_equal(strided_dim(again, -1), 3);
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

struct attempt { struct oom *o; int which; strided_tensor *x; struct producer p; };

static strided_status make(void *job)
{
    struct attempt *a = job;
    strided_tensor *t = NULL;
    strided_dlpack *m = NULL;
    strided_dlpack_legacy *l = NULL;
    produce(&a->p);
    switch (a->which) {
    case 0: t = strided_from_dlpack(a->o->ctx, &a->p.managed); break;
    case 1: t = strided_from_dlpack_legacy(a->o->ctx, &a->p.legacy); break;
    case 2: t = strided_wrap_dlpack(a->o->ctx, &a->p.managed.dl_tensor, STRIDED_DLPACK_READ_ONLY); break;
    case 3: m = strided_to_dlpack(a->x); break;
    case 4: l = strided_to_dlpack_legacy(a->x); break;
    case 5: a->p.managed.flags = STRIDED_DLPACK_READ_ONLY, t = strided_from_dlpack(a->o->ctx, &a->p.managed); break;
    }
    strided_status s = t || m || l ? STRIDED_OK : strided_error_status();
    strided_release(t);
    if (m) m->deleter(m);
    if (l) l->deleter(l);
    assert_int_equal(a->p.deleted, t && a->which != 2);
    return s;
}

static void out_of_memory(void **state)
{
    (void)state;
    struct attempt a = {.o = oom_new()};
    a.x = strided_zeros(a.o->ctx, STRIDED_F32, STRIDED_DIMS(4));
    for (a.which = 0; a.which < 6; a.which++) assert_int_equal(oom_sweep(a.o, "dlpack", make, &a), a.which == 3 || a.which == 4 ? 3 : 2);
    strided_release(a.x);
    oom_free(a.o);
}

STRIDED_TEST_GROUP("tensor/dlpack", cmocka_unit_test(layout), cmocka_unit_test(views_outlive_the_first),
                   cmocka_unit_test(read_only_ones), cmocka_unit_test(strides_and_offsets), cmocka_unit_test(empty_ones_and_geometries), cmocka_unit_test(devices),
                   cmocka_unit_test(no_deleter), cmocka_unit_test(a_context_is_kept), cmocka_unit_test(foreign_dtypes),
                   cmocka_unit_test(refusals), cmocka_unit_test(another_major_version), cmocka_unit_test(wraps),
                   cmocka_unit_test(legacy), cmocka_unit_test(exported_fields), cmocka_unit_test(every_dtype_there_and_back),
                   cmocka_unit_test(out_of_memory))
