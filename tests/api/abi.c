/*
 * abi.c - what programs that are compiled already rely on: how functions are called, where fields lie, what values mean.
 *
 * It is the headers' text once more, on purpose. Whoever changes a line here breaks such programs, and must say so: with a
 * new SOVERSION, from 1.0 on never. What is new is added (of functions tests/api/exports.sh asks for it; a field takes
 * its place from `reserved`, and no size changes). To compile is to pass.
 */
#include <strided.h>

#define VALUE(name, value) _Static_assert(STRIDED_##name == (value), #name);
#if UINTPTR_MAX == UINT64_MAX
#  define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type);
#  define FIELD(type, field, offset, of)                                                              \
      _Static_assert(offsetof(type, field) == (offset), #type "." #field " has moved");                 \
      _Static_assert(__builtin_types_compatible_p(__typeof__(((type *)NULL)->field), of), #type "." #field " is no " #of);
#else
#  define SIZE(type, bytes)
#  define FIELD(type, field, offset, of)
#endif

/* ---- values ------------------------------------------------------------------------------------------ */

VALUE(MAX_NDIM, 16) VALUE(MAX_SPATIAL, 3) VALUE(NONE, INT64_MIN)
VALUE(OK, 0) VALUE(ERR_NULL, 1) VALUE(ERR_ARG, 2) VALUE(ERR_SHAPE, 3) VALUE(ERR_DTYPE, 4) VALUE(ERR_BOUNDS, 5)
VALUE(ERR_NEEDS_COPY, 6) VALUE(ERR_OVERLAP, 7) VALUE(ERR_READ_ONLY, 8) VALUE(ERR_OVERFLOW, 9) VALUE(ERR_NO_MEMORY, 10)
VALUE(ERR_IO, 11) VALUE(ERR_FORMAT, 12) VALUE(ERR_UNSUPPORTED, 13)
VALUE(U8, 1) VALUE(I8, 2) VALUE(I16, 3) VALUE(I32, 4) VALUE(I64, 5) VALUE(F16, 6) VALUE(BF16, 7) VALUE(F32, 8)
VALUE(F64, 9) VALUE(BOOL, 10) VALUE(U16, 11) VALUE(U32, 12) VALUE(U64, 13)
VALUE(ARITHMETIC_DEFAULT, 0) VALUE(ARITHMETIC_STRICT, 1) VALUE(ARITHMETIC_FAST, 2)
VALUE(NEG, 1) VALUE(ABS, 2) VALUE(SQRT, 3) VALUE(EXP, 4) VALUE(LOG, 5) VALUE(TANH, 6) VALUE(SIGMOID, 7) VALUE(RELU, 8)
VALUE(GELU, 9) VALUE(GELU_TANH, 10) VALUE(SILU, 11) VALUE(SQUARE, 12) VALUE(RECIPROCAL, 13) VALUE(SIGN, 14)
VALUE(FLOOR, 15) VALUE(CEIL, 16) VALUE(ROUND, 17) VALUE(ERF, 18)
VALUE(ADD, 1) VALUE(SUB, 2) VALUE(MUL, 3) VALUE(DIV, 4) VALUE(MAX, 5) VALUE(MIN, 6) VALUE(POW, 7) VALUE(PRELU, 8)
VALUE(REDUCE_SUM, 1) VALUE(REDUCE_MEAN, 2) VALUE(REDUCE_PROD, 3) VALUE(REDUCE_MAX, 4) VALUE(REDUCE_MIN, 5)
VALUE(REDUCE_ARGMAX, 6) VALUE(REDUCE_ARGMIN, 7) VALUE(REDUCE_L1, 8) VALUE(REDUCE_L2, 9) VALUE(REDUCE_SUM_SQUARE, 10)
VALUE(REDUCE_LOG_SUM, 11) VALUE(REDUCE_LOG_SUM_EXP, 12)
VALUE(PAD_CONSTANT, 0) VALUE(PAD_REPLICATE, 1) VALUE(PAD_REFLECT, 2) VALUE(PAD_SYMMETRIC, 3) VALUE(PAD_CIRCULAR, 4)
VALUE(ACT_NONE, 0) VALUE(ACT_RELU, 1) VALUE(ACT_CLAMP, 2) VALUE(ACT_SILU, 3)
VALUE(AUTO_PAD_EXPLICIT, 0) VALUE(AUTO_PAD_VALID, 1) VALUE(AUTO_PAD_SAME, 2) VALUE(AUTO_PAD_SAME_UPPER, 3)
VALUE(AUTO_PAD_SAME_LOWER, 4)
VALUE(POOL_MAX, 0) VALUE(POOL_AVG, 1) VALUE(POOL_LP, 2)
VALUE(RESIZE_NEAREST, 0) VALUE(RESIZE_BILINEAR, 1) VALUE(RESIZE_BILINEAR_ALIGN_CORNERS, 2)

/* ---- options ----------------------------------------------------------------------------------------- */

_Static_assert(sizeof(strided_status) == sizeof(int), "enumerations are as large as int");
_Static_assert(sizeof(strided_dtype) == sizeof(int), "enumerations are as large as int");

FIELD(strided_allocator, alloc, 0, void *(*)(void *, size_t, size_t))
FIELD(strided_allocator, free, 8, void (*)(void *, void *, size_t))
FIELD(strided_allocator, user, 16, void *)
SIZE(strided_allocator, 24)

FIELD(strided_executor, workers, 0, int)
FIELD(strided_executor, run, 8, void (*)(void *, int64_t, strided_task *, void *))
FIELD(strided_executor, user, 16, void *)
SIZE(strided_executor, 24)

FIELD(strided_config, allocator, 0, strided_allocator)
FIELD(strided_config, executor, 24, strided_executor)
FIELD(strided_config, threads, 48, int)
FIELD(strided_config, arithmetic, 52, strided_arithmetic)
FIELD(strided_config, isa, 56, const char *)
FIELD(strided_config, log, 64, void (*)(void *, const char *))
FIELD(strided_config, log_user, 72, void *)
SIZE(strided_config, 144)

FIELD(strided_window_axis, axis, 0, int64_t)
FIELD(strided_window_axis, size, 8, int64_t)
FIELD(strided_window_axis, step, 16, int64_t)
FIELD(strided_window_axis, dilation, 24, int64_t)
SIZE(strided_window_axis, 32)

FIELD(strided_conv_params, stride, 0, int64_t[3])
FIELD(strided_conv_params, dilation, 24, int64_t[3])
FIELD(strided_conv_params, pad, 48, int64_t[3][2])
FIELD(strided_conv_params, output_padding, 96, int64_t[3])
FIELD(strided_conv_params, groups, 120, int64_t)
FIELD(strided_conv_params, auto_pad, 128, strided_auto_pad)
FIELD(strided_conv_params, pad_mode, 132, strided_pad_mode)
FIELD(strided_conv_params, activation, 136, strided_activation)
FIELD(strided_conv_params, accumulate, 140, int)
FIELD(strided_conv_params, clamp, 144, double[2])
FIELD(strided_conv_params, arithmetic, 160, strided_arithmetic)
SIZE(strided_conv_params, 232)

FIELD(strided_pool_params, kind, 0, strided_pool_kind)
FIELD(strided_pool_params, ceil_mode, 4, int)
FIELD(strided_pool_params, size, 8, int64_t[3])
FIELD(strided_pool_params, stride, 32, int64_t[3])
FIELD(strided_pool_params, dilation, 56, int64_t[3])
FIELD(strided_pool_params, pad, 80, int64_t[3][2])
FIELD(strided_pool_params, auto_pad, 128, strided_auto_pad)
FIELD(strided_pool_params, count_include_pad, 132, int)
FIELD(strided_pool_params, divisor, 136, int64_t)
FIELD(strided_pool_params, p, 144, double)
SIZE(strided_pool_params, 216)

FIELD(strided_batch_norm_params, eps, 0, double)
FIELD(strided_batch_norm_params, momentum, 8, double)
FIELD(strided_batch_norm_params, biased_running_var, 16, int)
SIZE(strided_batch_norm_params, 88)

FIELD(strided_quantization, x_scale, 0, double)
FIELD(strided_quantization, x_zero, 8, int64_t)
FIELD(strided_quantization, w_scale, 16, const strided_tensor *)
FIELD(strided_quantization, w_zero, 24, const strided_tensor *)
FIELD(strided_quantization, y_scale, 32, double)
FIELD(strided_quantization, y_zero, 40, int64_t)
SIZE(strided_quantization, 112)

/* ---- functions: one that is declared otherwise is an error ------------------------------------------ */

typedef strided_status status;
typedef strided_dtype dtype;
typedef strided_context *context;
typedef strided_tensor *tensor;
typedef const strided_tensor *input;
typedef const strided_tensor *const *inputs;
typedef const int64_t *list;
typedef void strided_task(void *, int64_t, int);

status strided_accumulate(tensor, input);
status strided_adaptive_pool(tensor, tensor, input, strided_pool_kind, int);
status strided_adaptive_pool_grad(tensor, input, input, strided_pool_kind, int);
tensor strided_adopt(context, void *, dtype, int, list, list, void (*)(void *), void *);
tensor strided_adopt_const(context, const void *, dtype, int, list, list, void (*)(void *), void *);
tensor strided_arange(context, dtype, double, double, double);
tensor strided_as_strided(input, int, list, list, int64_t);
tensor strided_avgpool2d(input, int, list, int, list, int, list);
status strided_batch_norm(tensor, input, input, input, input, input, double);
status strided_batch_norm_fold(tensor, tensor, input, input, input, input, input, input, double);
status strided_batch_norm_grad(tensor, tensor, tensor, input, input, input, input, input,
    const strided_batch_norm_params *);
status strided_batch_norm_train(tensor, input, input, input, tensor, tensor, tensor, tensor,
    const strided_batch_norm_params *);
status strided_binary(tensor, strided_binary_op, input, input);
status strided_broadcast_shape(int *, int64_t[STRIDED_MAX_NDIM], int, inputs);
tensor strided_broadcast_to(input, int, list);
status strided_causal_conv1d(tensor, input, input, input, tensor, strided_activation);
status strided_chunk(tensor *, int, input, int);
status strided_clamp(tensor, input, double, double);
tensor strided_clone(input);
status strided_col2im(tensor, input, int, list, const strided_conv_params *);
status strided_concat(tensor, int, inputs, int);
const void *strided_const_data(input);
const char *strided_context_isa(const strided_context *);
context strided_context_new(const strided_config *);
context strided_context_of(input);
void strided_context_release(context);
context strided_context_retain(context);
int strided_context_threads(const strided_context *);
status strided_conv(tensor, input, input, input, const strided_conv_params *);
tensor strided_conv1d(input, input, int, list, int, list);
tensor strided_conv2d(input, input, int, list, int, list);
tensor strided_conv3d(input, input, int, list, int, list);
tensor strided_conv_empty(input, input, const strided_conv_params *);
status strided_conv_grad_bias(tensor, input);
status strided_conv_grad_input(tensor, input, input, const strided_conv_params *);
status strided_conv_grad_weight(tensor, input, input, const strided_conv_params *);
strided_plan *strided_conv_plan(input, input, input, input, const strided_conv_params *);
status strided_conv_quantized(tensor, input, input, input, const strided_quantization *, const strided_conv_params *);
status strided_conv_transpose(tensor, input, input, input, const strided_conv_params *);
tensor strided_conv_transpose_empty(input, input, const strided_conv_params *);
status strided_conv_transpose_grad_input(tensor, input, input, const strided_conv_params *);
status strided_conv_transpose_grad_weight(tensor, input, input, const strided_conv_params *);
status strided_copy(tensor, input);
int64_t strided_count(input);
void *strided_data(tensor);
int strided_describe(input, char *, size_t);
tensor strided_diagonal(input, int64_t, int, int);
int64_t strided_dim(input, int);
const char *strided_dtype_name(dtype);
dtype strided_dtype_of(input);
size_t strided_dtype_size(dtype);
status strided_einsum(tensor, const char *, int, inputs);
tensor strided_einsum_empty(const char *, int, inputs);
status strided_einsum_named(tensor, const char *, int, inputs);
tensor strided_einsum_named_empty(const char *, int, inputs);
strided_plan *strided_einsum_named_plan(input, const char *, int, inputs);
strided_plan *strided_einsum_plan(input, const char *, int, inputs);
tensor strided_empty(context, dtype, int, list);
tensor strided_empty_like(input);
const char *strided_error(void);
status strided_error_status(void);
tensor strided_expand(input, int, list);
status strided_fill(tensor, double);
tensor strided_flatten(input, int, int);
tensor strided_flip(input, int, list);
tensor strided_full(context, dtype, int, list, double);
status strided_gemm(tensor, double, input, input, double, input);
double strided_get(input, int, list);
int64_t strided_get_int(input, int, list);
status strided_im2col(tensor, input, int, list, const strided_conv_params *);
int strided_is_contiguous(input);
int strided_is_overlapping(input);
int strided_is_read_only(input);
double strided_item(input);
int64_t strided_item_int(input);
status strided_linear(tensor, input, input, input);
tensor strided_load_npy(context, const char *);
status strided_log_softmax(tensor, input, int);
status strided_matmul(tensor, input, input);
tensor strided_matmul_empty(input, input);
status strided_matmul_quantized(tensor, input, input, const strided_quantization *);
tensor strided_maxpool1d(input, int, list, int, list, int, list);
tensor strided_maxpool2d(input, int, list, int, list, int, list);
status strided_mm(tensor, input, input);
tensor strided_movedim(input, int, list, list);
status strided_mv(tensor, input, input);
tensor strided_narrow(input, int, int64_t, int64_t);
int strided_ndim(input);
int64_t strided_offset(input);
status strided_pad(tensor, input, int, list, list, strided_pad_mode, double);
tensor strided_pad1d(input, int64_t, int64_t, double);
tensor strided_pad2d(input, int64_t, int64_t, int64_t, int64_t, double);
tensor strided_pad_empty(input, int, list, list);
status strided_pad_grad(tensor, input, int, list, list, strided_pad_mode);
tensor strided_permute(input, int, list);
int strided_plan_describe(const strided_plan *, char *, size_t);
void strided_plan_release(strided_plan *);
strided_plan *strided_plan_retain(strided_plan *);
status strided_plan_run(const strided_plan *, void *, const void *, void *);
size_t strided_plan_scratch(const strided_plan *);
status strided_pool(tensor, tensor, input, const strided_pool_params *);
tensor strided_pool_empty(input, const strided_pool_params *);
status strided_pool_grad(tensor, input, input, const strided_pool_params *);
status strided_pool_grad_indices(tensor, input, input, int);
strided_plan *strided_pool_plan(input, input, const strided_pool_params *);
status strided_reduce(tensor, strided_reduce_op, input, int, list);
tensor strided_reduce_empty(strided_reduce_op, input, int, list, int);
void strided_release(tensor);
tensor strided_reshape(input, int, list);
status strided_resize(tensor, input, strided_resize_mode, int);
tensor strided_retain(tensor);
status strided_save_npy(const char *, input);
tensor strided_select(input, int, int64_t);
status strided_set(tensor, int, list, double);
list strided_shape(input);
int strided_shares_memory(input, input);
tensor strided_slice(input, int, int64_t, int64_t, int64_t);
status strided_softmax(tensor, input, int);
status strided_split(tensor *, int, input, int, int64_t);
tensor strided_squeeze(input, int, list);
const char *strided_status_meaning(status);
const char *strided_status_name(status);
int64_t strided_storage_count(input);
int64_t strided_stride(input, int);
list strided_strides(input);
status strided_trace(tensor, input);
tensor strided_transpose(input, int, int);
status strided_unary(tensor, strided_unary_op, input);
tensor strided_unflatten(input, int, int, list);
tensor strided_unfold(input, int, int64_t, int64_t);
status strided_unpool(tensor, input, input, int);
tensor strided_unsqueeze(input, int);
int strided_version(void);
tensor strided_window(input, int, const strided_window_axis *);
tensor strided_wrap(context, void *, dtype, int, list, list);
tensor strided_wrap_const(context, const void *, dtype, int, list, list);
tensor strided_zeros(context, dtype, int, list);
