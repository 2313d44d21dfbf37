/*
 * dlpack_one.h - stands for the dlpack.h of somebody else, version 1: what strided/dlpack.h uses of it, in its names and layout.
 */
#ifndef STRIDED_TESTS_DLPACK_ONE_H
#define STRIDED_TESTS_DLPACK_ONE_H

#include <stdint.h>

#define DLPACK_MAJOR_VERSION 1
#define DLPACK_MINOR_VERSION 0

#ifdef __cplusplus
extern "C" {
typedef enum : int32_t { kDLCPU = 1, kDLCUDA = 2, kDLROCMHost = 11 } DLDeviceType;
#else
typedef enum { kDLCPU = 1, kDLCUDA = 2, kDLROCMHost = 11 } DLDeviceType;
#endif

typedef struct { uint32_t major, minor; } DLPackVersion;
typedef struct { DLDeviceType device_type; int32_t device_id; } DLDevice;
typedef struct { uint8_t code, bits; uint16_t lanes; } DLDataType;

typedef struct {
    void *data;
    DLDevice device;
    int32_t ndim;
    DLDataType dtype;
    int64_t *shape, *strides;
    uint64_t byte_offset;
} DLTensor;

typedef struct DLManagedTensor {
    DLTensor dl_tensor;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;

typedef struct DLManagedTensorVersioned {
    DLPackVersion version;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensorVersioned *self);
    uint64_t flags;
    DLTensor dl_tensor;
} DLManagedTensorVersioned;

#ifdef __cplusplus
}
#endif

#endif
