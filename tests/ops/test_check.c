/*
 * test_check.c - the checks that operators share: what is refused, with which status, in which order.
 */
#include "src/ops/check.h"
#include "support/refuse.h"

static float memory[64];

static void inputs(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_wrap_const(NULL, memory, STRIDED_F32, STRIDED_DIMS(8), NULL);
    STRIDED_AUTO strided_tensor *g = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(8), NULL);
    STRIDED_AUTO strided_tensor *none = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(0), NULL);
    STRIDED_AUTO strided_tensor *many = strided_expand(x, STRIDED_DIMS(3, -1));
    assert_int_equal(strided__check_input("f", "x", NULL), STRIDED_ERR_NULL);
    assert_int_equal(strided__check_input("f", "x", x), STRIDED_OK);
    assert_int_equal(strided__check_input("f", "x", many), STRIDED_OK);
    assert_int_equal(strided__check_input("f", "x", none), STRIDED_OK);
    refused_doing(STRIDED_ERR_NULL, "f", strided__check_input("f", "x", g));
}

static void destinations(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, memory, STRIDED_F32, STRIDED_DIMS(8), NULL);
    STRIDED_AUTO strided_tensor *c = strided_wrap_const(NULL, memory, STRIDED_F32, STRIDED_DIMS(8), NULL);
    STRIDED_AUTO strided_tensor *g = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(8), NULL);
    STRIDED_AUTO strided_tensor *many = strided_expand(x, STRIDED_DIMS(3, -1)), *many_c = strided_expand(c, STRIDED_DIMS(3, -1));
    STRIDED_AUTO strided_tensor *window = strided_unfold(x, 0, 3, 1), *apart = strided_unfold(x, 0, 3, 3), *none = strided_narrow(x, 0, 0, 0);
    assert_int_equal(strided__check_dst("f", "dst", NULL), STRIDED_ERR_NULL);
    assert_int_equal(strided__check_dst("f", "dst", x), STRIDED_OK);
    assert_int_equal(strided__check_dst("f", "dst", apart), STRIDED_OK);
    assert_int_equal(strided__check_dst("f", "dst", none), STRIDED_OK);
    refused_doing(STRIDED_ERR_NULL, "f", strided__check_dst("f", "dst", g));
    refused_doing(STRIDED_ERR_READ_ONLY, "f", strided__check_dst("f", "dst", c));
    refused_doing(STRIDED_ERR_READ_ONLY, "f", strided__check_dst("f", "dst", many_c));
    refused_doing(STRIDED_ERR_OVERLAP, "f", strided__check_dst("f", "dst", many));
    refused_doing(STRIDED_ERR_OVERLAP, "f", strided__check_dst("f", "dst", window));
}

static void apart(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, memory, STRIDED_F32, STRIDED_DIMS(8, 8), NULL);
    STRIDED_AUTO strided_tensor *same = strided_narrow(x, 0, 0, 8), *turned = strided_transpose(x, 0, 1);
    STRIDED_AUTO strided_tensor *left = strided_narrow(x, 1, 0, 4), *right = strided_narrow(x, 1, 4, 4), *again = strided_flip(left, STRIDED_NO_DIMS);
    for (int elementwise = 0; elementwise < 2; elementwise++) {
        assert_int_equal(strided__check_apart("f", "dst", x, "x", NULL, elementwise), STRIDED_OK);
        assert_int_equal(strided__check_apart("f", "dst", left, "x", right, elementwise), STRIDED_OK);
        refused_doing(STRIDED_ERR_OVERLAP, "f", strided__check_apart("f", "dst", x, "x", turned, elementwise));
        refused_doing(STRIDED_ERR_OVERLAP, "f", strided__check_apart("f", "dst", x, "x", right, elementwise));
        refused_doing(STRIDED_ERR_OVERLAP, "f", strided__check_apart("f", "dst", left, "x", again, elementwise));
    }
    refused_doing(STRIDED_ERR_OVERLAP, "f", strided__check_apart("f", "dst", x, "x", same, 0));
    assert_int_equal(strided__check_apart("f", "dst", x, "x", same, 1), STRIDED_OK);
    assert_int_equal(strided__check_apart("f", "dst", x, "x", x, 1), STRIDED_OK);
    STRIDED_AUTO strided_tensor *twice = strided_wrap_const(NULL, memory, STRIDED_F32, STRIDED_DIMS(8, 8), NULL);
    STRIDED_AUTO strided_tensor *integers = strided_wrap_const(NULL, memory, STRIDED_I32, STRIDED_DIMS(8, 8), NULL);
    assert_int_equal(strided__check_apart("f", "dst", x, "x", twice, 1), STRIDED_OK);
    refused_doing(STRIDED_ERR_OVERLAP, "f", strided__check_apart("f", "dst", x, "x", twice, 0));
    refused_doing(STRIDED_ERR_OVERLAP, "f", strided__check_apart("f", "dst", x, "x", integers, 1));
}

static void shapes(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, memory, STRIDED_F32, STRIDED_DIMS(2, 3), NULL), *s = strided_reshape(x, STRIDED_DIMS(6));
    STRIDED_AUTO strided_tensor *one = strided_select(s, 0, 0);
    assert_int_equal(strided__check_shape("f", "y", x, STRIDED_DIMS(2, 3)), STRIDED_OK);
    assert_int_equal(strided__check_shape("f", "y", one, STRIDED_NO_DIMS), STRIDED_OK);
    refused_doing(STRIDED_ERR_SHAPE, "f", strided__check_shape("f", "y", x, STRIDED_NO_DIMS));
    refused_doing(STRIDED_ERR_SHAPE, "f", strided__check_shape("f", "y", x, STRIDED_DIMS(2, 3, 1)));
    refused_doing(STRIDED_ERR_SHAPE, "f", strided__check_shape("f", "y", x, STRIDED_DIMS(3, 2)));
    assert_string_equal(strided_error(), "f: y has shape (2, 3), not (3, 2)");
    assert_int_equal(strided__check_shape("f", "y", s, STRIDED_DIMS(6)), STRIDED_OK);
    refused_doing(STRIDED_ERR_SHAPE, "f", strided__check_shape("f", "y", s, STRIDED_DIMS(5)));
}

static void shape_text(void **state)
{
    (void)state;
    char text[512];
    int64_t longest[16];
    for (int i = 0; i < 16; i++) longest[i] = INT64_MIN;
    assert_string_equal(strided__shape_text(0, NULL, text), "()");
    assert_string_equal(strided__shape_text(STRIDED_DIMS(4), text), "(4)");
    assert_string_equal(strided__shape_text(STRIDED_DIMS(2, 0, -1), text), "(2, 0, -1)");
    assert_int_equal(strlen(strided__shape_text(16, longest, text)), 2 + 16 * 20 + 15 * 2);
}

STRIDED_TEST_GROUP("ops/check", cmocka_unit_test(inputs), cmocka_unit_test(destinations), cmocka_unit_test(apart),
                   cmocka_unit_test(shapes), cmocka_unit_test(shape_text))
