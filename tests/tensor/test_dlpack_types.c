/*
 * test_dlpack_types.c - strided/dlpack.h takes the types of a dlpack.h of version 1 that was included before it.
 */
#include "support/dlpack_one.h"
#include <strided/dlpack.h>
#include "support/refuse.h"
#include <stddef.h>

static void their_types(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_arange(NULL, STRIDED_F32, 0, 6, 1);
    DLManagedTensorVersioned *managed = strided_to_dlpack(x);
    assert_non_null(managed);
    assert_int_equal(managed->version.major, DLPACK_MAJOR_VERSION);
    assert_int_equal(managed->dl_tensor.device.device_type, kDLCPU);
    managed->dl_tensor.device.device_type = kDLROCMHost;
    strided_tensor *back = strided_from_dlpack(NULL, managed);
    assert_non_null(back);
    assert_true(strided_data(back) == strided_data(x));
    strided_release(back);
    DLManagedTensor *legacy = strided_to_dlpack_legacy(x);
    const DLTensor *t = &legacy->dl_tensor;
    STRIDED_AUTO strided_tensor *seen = strided_wrap_dlpack(NULL, t, 0);
    assert_non_null(seen);
    legacy->dl_tensor.device.device_type = kDLCUDA;
    assert_null(strided_from_dlpack_legacy(NULL, legacy));
    assert_int_equal(strided_error_status(), STRIDED_ERR_UNSUPPORTED);
    legacy->deleter(legacy);
}

STRIDED_TEST_GROUP("tensor/dlpack_types", cmocka_unit_test(their_types))
