/*
 * test_npy.c - .npy files: as NumPy writes them, as it may write them, and broken in every place.
 *
 * Files lie in the folder that TMPDIR names, or /tmp, under a name of this process.
 */
#include "support/oom.h"
#include "support/reference.h"
#include "support/refuse.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[512];

static int choose_path(void **state)
{
    (void)state;
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%.400s/strided_npy_%ld.npy", folder ? folder : "/tmp", (long)getpid());
    return 0;
}

static int remove_file(void **state)
{
    remove(path);
    return strided_test_end(state);
}

static void write_file(const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static size_t read_file(char *bytes, size_t room)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, room, f);
    fclose(f);
    return n;
}

/* A version 1 to 3 file with this dictionary, and `bytes` of elements. */
static size_t compose(char *file, int version, const char *dictionary, const void *elements, size_t bytes)
{
    size_t n = strlen(dictionary), at = version == 1 ? 10 : 12;
    memcpy(file, "\x93NUMPY", 6);
    file[6] = (char)version;
    file[7] = 0;
    for (size_t i = 8; i < at; i++) file[i] = (char)(n >> 8 * (i - 8) & 0xff);
    memcpy(file + at, dictionary, n);
    if (bytes) memcpy(file + at + n, elements, bytes);
    return at + n + bytes;
}

static strided_tensor *load_dictionary(int version, const char *dictionary, const void *elements, size_t bytes)
{
    static char file[200000];
    write_file(file, compose(file, version, dictionary, elements, bytes));
    return strided_load_npy(NULL, path);
}

static const float six[] = {1, 2, 3, 4, 5, 6};

static void check_six(const char *what, strided_tensor *t, int fortran)
{
    if (!t) fail_msg("%s: %s", what, strided_error());
    assert_int_equal(strided_dtype_of(t), STRIDED_F32);
    assert_int_equal(strided_ndim(t), 2);
    assert_memory_equal(strided_shape(t), STRIDED_LIST(2, 3), 16);
    for (int64_t i = 0; i < 2; i++)
        for (int64_t j = 0; j < 3; j++)
            assert_true(strided_get(t, STRIDED_DIMS(i, j)) == six[fortran ? 2 * j + i : 3 * i + j]);
    strided_release(t);
}

static void spellings(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}",
        "{\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(2,3)}     \n", " { 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , 'descr' : '<f4' , } \n",
        "{'descr': '=f4', 'fortran_order': False, 'shape': (2L, 3L), }\t\r\n", "{'descr': '<f4', 'fortran_order': False, 'shape': (02, 3), }"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        for (int version = 1; version <= 3; version++)
            check_six(good[i], load_dictionary(version, good[i], six, sizeof six), 0);
    check_six("Fortran", load_dictionary(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", six, sizeof six), 1);
    char more[40] = {0};
    memcpy(more, six, sizeof six);
    check_six("more behind", load_dictionary(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", more, sizeof more), 0);
}

static void fortran_order_is_a_view(void **state)
{
    (void)state;
    int16_t elements[24];
    for (int i = 0; i < 24; i++) elements[i] = (int16_t)i;
    STRIDED_AUTO strided_tensor *t =
        load_dictionary(1, "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3, 4)}", elements, sizeof elements);
    assert_memory_equal(strided_strides(t), STRIDED_LIST(1, 2, 6), 24);
    assert_int_equal(strided_storage_count(t), 24);
    assert_int_equal(strided_get_int(t, STRIDED_DIMS(1, 2, 3)), 23);
    assert_int_equal(strided_get_int(t, STRIDED_DIMS(0, 1, 2)), 14);
}

static void shapes(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *scalar = load_dictionary(1, "{'descr': '<f4', 'fortran_order': False, 'shape': ()}", six, 4);
    assert_true(strided_ndim(scalar) == 0 && strided_item(scalar) == 1);
    STRIDED_AUTO strided_tensor *scalar_f = load_dictionary(1, "{'descr': '<f4', 'fortran_order': True, 'shape': ()}", six, 4);
    assert_true(strided_ndim(scalar_f) == 0 && strided_item(scalar_f) == 1);
    STRIDED_AUTO strided_tensor *empty =
        load_dictionary(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (0, 9223372036854775807, 4)}", NULL, 0);
    assert_true(strided_ndim(empty) == 3 && strided_count(empty) == 0);
    STRIDED_AUTO strided_tensor *sixteen =
        load_dictionary(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,6)}", six, sizeof six);
    assert_int_equal(strided_ndim(sixteen), 16);
}

static void check_bad(const char *dictionary, int version, size_t bytes)
{
    strided_tensor *t = load_dictionary(version, dictionary, six, bytes);
    check_no_tensor(dictionary, STRIDED_ERR_FORMAT, "load_npy", t);
    if (!strstr(strided_error(), path)) fail_msg("%s: no file is named: %s", dictionary, strided_error());
}

static void bad_headers(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", " ", "{", "}", "{}", "[]", "{,}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} x",
        "{'descr': '<f4' 'fortran_order': False, 'shape': (2, 3)}", "{'descr': '<f4',, 'fortran_order': False, 'shape': (2, 3)}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'more': 1}", "{'descr', 'fortran_order': False, 'shape': (2, 3)}",
        "{descr: '<f4', 'fortran_order': False, 'shape': (2, 3)}", "{'descr: '<f4', 'fortran_order': False, 'shape': (2, 3)}",
        "{'des\\x63r': '<f4', 'fortran_order': False, 'shape': (2, 3)}", "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3)}",
        "{'descr': '<f4', 'fortran_order': false, 'shape': (2, 3)}", "{'descr': '<f4', 'fortran_order': Falsehood, 'shape': (2, 3)}",
        "{'descr': '<f4', 'fortran_order': Fal", "{'descr': '<f4', 'fortran_order': False, 'shape': 6}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (6)}", "{'descr': '<f4', 'fortran_order': False, 'shape': [2, 3]}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2 3)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,, 3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2.0, 3)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, x)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (0x2, 3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (7,)}", "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 4)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3)}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (int version = 1; version <= 3; version++) check_bad(bad[i], version, sizeof six);
}

static void dtypes(void **state)
{
    (void)state;
    static const struct { const char *code; strided_dtype t; } known[] = {
        {"|b1", STRIDED_BOOL}, {"|i1", STRIDED_I8}, {"|u1", STRIDED_U8}, {"<i2", STRIDED_I16}, {"<u2", STRIDED_U16},
        {"<i4", STRIDED_I32}, {"<u4", STRIDED_U32}, {"<i8", STRIDED_I64}, {"<u8", STRIDED_U64}, {"<f2", STRIDED_F16},
        {"<f4", STRIDED_F32}, {"<f8", STRIDED_F64}, {"<i1", STRIDED_I8}, {">u1", STRIDED_U8}, {"=b1", STRIDED_BOOL}};
    static const char *const unknown[] = {"|f4", "|i2", "<f1", "<c8", "<f16", "|S5", "<U3", "|O", "<M8[ns]", "|V2", "f4",
                                          "", "<", "<f", "float32", "?b1", "<b2", "<x4", "<i3"};
    char dictionary[200];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        snprintf(dictionary, sizeof dictionary, "{'descr': '%s', 'fortran_order': False, 'shape': (2,)}", known[i].code);
        STRIDED_AUTO strided_tensor *t = load_dictionary(1, dictionary, six, 2 * strided_dtype_size(known[i].t));
        if (!t) fail_msg("%s: %s", dictionary, strided_error());
        assert_int_equal(strided_dtype_of(t), known[i].t);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        snprintf(dictionary, sizeof dictionary, "{'descr': '%s', 'fortran_order': False, 'shape': (1,)}", unknown[i]);
        check_bad(dictionary, 1, sizeof six);
    }
}

/* The same bits from elements whose bytes lie from the first to the last and from the last to the first. */
static void byte_orders(void **state)
{
    (void)state;
    static const char *const codes[] = {"i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"};
    const uint16_t one = 1;
    const char orders[] = {*(const char *)&one ? '<' : '>', *(const char *)&one ? '>' : '<'}; /* this machine's, and the other */
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const size_t size = (size_t)(codes[i][1] - '0');
        char elements[2][6 * 8], dictionary[200];
        for (size_t j = 0; j < 6 * size; j++) elements[0][j] = elements[1][j / size * size + size - 1 - j % size] = (char)(j + 1);
        for (int fortran = 0; fortran < 2; fortran++) {
            strided_tensor *t[2];
            for (int order = 0; order < 2; order++) {
                snprintf(dictionary, sizeof dictionary, "{'descr': '%c%s', 'fortran_order': %s, 'shape': (2, 3)}", orders[order], codes[i],
                         fortran ? "True" : "False");
                t[order] = load_dictionary(1, dictionary, elements[order], 6 * size);
                if (!t[order]) fail_msg("%s: %s", dictionary, strided_error());
                assert_int_equal(strided_stride(t[order], 0), fortran ? 1 : 3);
                assert_memory_equal(strided_data(t[order]), elements[0], 6 * size);
            }
            assert_int_equal(strided_dtype_of(t[0]), strided_dtype_of(t[1]));
            strided_release(t[0]);
            strided_release(t[1]);
        }
    }
}

/* Every way of ending too early, and every byte of the head changed. */
static void damaged_files(void **state)
{
    (void)state;
    char file[512], damaged[512];
    size_t n = compose(file, 1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", six, sizeof six);
    for (size_t length = 0; length < n; length++) {
        write_file(file, length);
        check_no_tensor("truncated", STRIDED_ERR_FORMAT, "load_npy", strided_load_npy(NULL, path));
    }
    for (size_t at = 0; at < n - sizeof six; at++)
        for (int bit = 0; bit < 8; bit++) {
            memcpy(damaged, file, n);
            damaged[at] = (char)(damaged[at] ^ 1 << bit);
            write_file(damaged, n);
            strided_tensor *t = strided_load_npy(NULL, path);
            if (!t) check_refusal("damaged", STRIDED_ERR_FORMAT, "load_npy", strided_error_status());
            strided_release(t); /* a smaller shape or another dtype may still fit */
        }
}

static void versions_and_lengths(void **state)
{
    (void)state;
    static char file[100000];
    size_t n = compose(file, 1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", six, sizeof six);
    static const unsigned char versions[][2] = {{0, 0}, {4, 0}, {1, 1}, {255, 0}, {2, 255}};
    for (int i = 0; i < 5; i++) {
        memcpy(file + 6, versions[i], 2);
        write_file(file, n);
        check_no_tensor("version", STRIDED_ERR_FORMAT, "load_npy", strided_load_npy(NULL, path));
        assert_non_null(strstr(strided_error(), "version"));
    }
    static char dictionary[70000];
    memset(dictionary, ' ', sizeof dictionary - 1);
    memcpy(dictionary, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 59);
    dictionary[65536] = 0;
    check_six("64 KiB", load_dictionary(2, dictionary, six, sizeof six), 0);
    dictionary[65536] = ' ';
    dictionary[65537] = 0;
    check_bad(dictionary, 2, sizeof six);
    memset(file + 8, 0xff, 4);
    file[6] = 3;
    file[7] = 0;
    write_file(file, n);
    check_no_tensor("4 GiB header", STRIDED_ERR_FORMAT, "load_npy", strided_load_npy(NULL, path));
}

/* ---- saving ---------------------------------------------------------------------------------------------- */

static void as_numpy_writes(void **state)
{
    (void)state;
    static const struct { int ndim; int64_t shape[3]; const char *text; } cases[] = {
        {0, {0}, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }"},
        {1, {3}, "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }"},
        {3, {1, 2, 3}, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }"},
        {2, {0, 3}, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }"}};
    char file[512];
    for (int i = 0; i < 4; i++) {
        STRIDED_AUTO strided_tensor *t = strided_full(NULL, STRIDED_F32, cases[i].ndim, cases[i].shape, 1.5);
        assert_int_equal(strided_save_npy(path, t), STRIDED_OK);
        size_t n = read_file(file, sizeof file), text = strlen(cases[i].text);
        size_t head = n - 4 * (size_t)strided_count(t);
        assert_int_equal(head, 128);
        assert_memory_equal(file, "\x93NUMPY\x01\x00\x76\x00", 10);
        assert_memory_equal(file + 10, cases[i].text, text);
        for (size_t k = 10 + text; k < head - 1; k++) assert_int_equal(file[k], ' ');
        assert_int_equal(file[head - 1], '\n');
    }
}

static const strided_dtype saved[] = {STRIDED_BOOL, STRIDED_I8, STRIDED_U8, STRIDED_I16, STRIDED_U16, STRIDED_I32, STRIDED_U32,
                                      STRIDED_I64, STRIDED_U64, STRIDED_F16, STRIDED_F32, STRIDED_F64};

static void round_trip(const strided_tensor *x)
{
    int64_t index[STRIDED_MAX_NDIM] = {0};
    int ndim = strided_ndim(x);
    assert_int_equal(strided_save_npy(path, x), STRIDED_OK);
    STRIDED_AUTO strided_tensor *y = strided_load_npy(NULL, path);
    if (!y) fail_msg("%s", strided_error());
    assert_int_equal(strided_dtype_of(y), strided_dtype_of(x));
    assert_int_equal(strided_ndim(y), ndim);
    assert_memory_equal(strided_shape(y), strided_shape(x), (size_t)ndim * 8 + !ndim);
    assert_true(strided_is_contiguous(y));
    if (strided_count(x)) do assert_true(strided_get(y, ndim, index) == strided_get(x, ndim, index));
    while (shape_next(ndim, strided_shape(x), index));
}

static void any_view_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof saved / sizeof *saved; i++) {
        STRIDED_AUTO strided_tensor *x = strided_arange(NULL, saved[i], 0, 120, 1), *r = strided_reshape(x, STRIDED_DIMS(4, 5, 6));
        STRIDED_AUTO strided_tensor *p = strided_permute(r, STRIDED_DIMS(2, 0, 1)), *b = strided_flip(p, STRIDED_NO_DIMS);
        STRIDED_AUTO strided_tensor *s = strided_slice(b, 1, 1, STRIDED_NONE, 2), *w = strided_unfold(s, 2, 3, 1);
        STRIDED_AUTO strided_tensor *e = strided_expand(s, STRIDED_DIMS(2, -1, -1, -1)), *none = strided_narrow(r, 1, 0, 0);
        const strided_tensor *const views[] = {x, r, p, b, s, w, e, none};
        for (int k = 0; k < 8; k++) round_trip(views[k]);
    }
    STRIDED_AUTO strided_tensor *large = strided_arange(NULL, STRIDED_F64, 0, 5000, 1), *back = strided_flip(large, STRIDED_NO_DIMS);
    round_trip(large);
    round_trip(back);
    STRIDED_AUTO strided_tensor *one = strided_full(NULL, STRIDED_I32, STRIDED_NO_DIMS, 7);
    round_trip(one);
}

static void true_is_one(void **state)
{
    (void)state;
    unsigned char memory[] = {0, 1, 2, 255}, file[200];
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, memory, STRIDED_BOOL, STRIDED_DIMS(4), NULL);
    assert_int_equal(strided_save_npy(path, x), STRIDED_OK);
    size_t n = read_file((char *)file, sizeof file);
    assert_memory_equal(file + n - 4, ((unsigned char[]){0, 1, 1, 1}), 4);
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(3)), *b = strided_zeros(NULL, STRIDED_BF16, STRIDED_DIMS(3));
    STRIDED_AUTO strided_tensor *g = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(3), NULL);
    write_file("keep", 4);
    refused_doing(STRIDED_ERR_DTYPE, "save_npy", strided_save_npy(path, b));
    refused_doing(STRIDED_ERR_NULL, "save_npy", strided_save_npy(path, g));
    refused_doing(STRIDED_ERR_NULL, "save_npy", strided_save_npy(NULL, x));
    assert_int_equal(strided_save_npy(path, NULL), STRIDED_ERR_NULL);
    char kept[10];
    assert_int_equal(read_file(kept, sizeof kept), 4);
    refused_doing(STRIDED_ERR_IO, "save_npy", strided_save_npy("/nowhere/at/all.npy", x));
    refused_doing(STRIDED_ERR_IO, "save_npy", strided_save_npy("/", x));
    refused(STRIDED_ERR_IO, "load_npy", strided_load_npy(NULL, "/nowhere/at/all.npy"));
    refused(STRIDED_ERR_IO, "load_npy", strided_load_npy(NULL, "/"));
    refused(STRIDED_ERR_NULL, "load_npy", strided_load_npy(NULL, NULL));
    if (access("/dev/full", W_OK) == 0) {
        refused_doing(STRIDED_ERR_IO, "save_npy", strided_save_npy("/dev/full", x));
        STRIDED_AUTO strided_tensor *large = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(100, 1000));
        STRIDED_AUTO strided_tensor *turned = strided_transpose(large, 0, 1);
        refused_doing(STRIDED_ERR_IO, "save_npy", strided_save_npy("/dev/full", large));
        refused_doing(STRIDED_ERR_IO, "save_npy", strided_save_npy("/dev/full", turned));
    }
}

/* The disk is full half way: what was there stays. */
static void a_full_disk(void **state)
{
    (void)state;
    struct rlimit usual, small;
    static char before[9000], after[9000];
    STRIDED_AUTO strided_tensor *x = strided_arange(NULL, STRIDED_F64, 0, 1000, 1), *y = strided_arange(NULL, STRIDED_F64, 0, 100000, 1);
    assert_int_equal(strided_save_npy(path, x), STRIDED_OK);
    size_t n = read_file(before, sizeof before);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    small = (struct rlimit){.rlim_cur = 50000, .rlim_max = usual.rlim_max};
    void (*signalled)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    strided_status s = strided_save_npy(path, y);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
    signal(SIGXFSZ, signalled);
    refused_doing(STRIDED_ERR_IO, "save_npy", s);
    assert_int_equal(read_file(after, sizeof after), n);
    assert_memory_equal(before, after, n);
}

/* A geometry of nothing is a file like any other. */
static void without_elements(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *g = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(3, 0), NULL);
    round_trip(g);
}

static void *write_into_pipe(void *unused)
{
    char file[300];
    (void)unused;
    write_file(file, compose(file, 1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", six, sizeof six));
    return NULL;
}

/* What has no size cannot be believed. */
static void pipes(void **state)
{
    (void)state;
    pthread_t writer;
    remove(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pthread_create(&writer, NULL, write_into_pipe, NULL), 0);
    refused(STRIDED_ERR_IO, "load_npy", strided_load_npy(NULL, path));
    pthread_join(writer, NULL);
    remove(path);
}

struct attempt { strided_context *ctx; };

static strided_status attempt(void *job)
{
    strided_tensor *t = strided_load_npy(((struct attempt *)job)->ctx, path);
    strided_status s = t ? STRIDED_OK : strided_error_status();
    if (t) assert_true(strided_context_of(t) == ((struct attempt *)job)->ctx);
    strided_release(t);
    return s;
}

static void out_of_memory(void **state)
{
    (void)state;
    struct oom *o = oom_new();
    struct attempt a = {o->ctx};
    char file[300];
    write_file(file, compose(file, 1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", six, sizeof six));
    assert_int_equal(oom_sweep(o, "load_npy", attempt, &a), 5);
    oom_free(o);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings), cmocka_unit_test(fortran_order_is_a_view), cmocka_unit_test(shapes), cmocka_unit_test(bad_headers),
        cmocka_unit_test(dtypes), cmocka_unit_test(byte_orders), cmocka_unit_test(damaged_files), cmocka_unit_test(versions_and_lengths),
        cmocka_unit_test(as_numpy_writes), cmocka_unit_test(any_view_comes_back), cmocka_unit_test(true_is_one),
        cmocka_unit_test(refusals), cmocka_unit_test(a_full_disk), cmocka_unit_test(without_elements), cmocka_unit_test(pipes), cmocka_unit_test(out_of_memory)};
    strided_test_filter(argc, argv);
    return cmocka_run_group_tests_name("io/npy", tests, choose_path, remove_file);
}
