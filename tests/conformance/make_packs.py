#!/usr/bin/env python3
"""Writes the project's own conformance packs, tests/conformance/packs/*/{cases.txt,data.npy}.

    make_packs.py                 the packs that are checked in
    make_packs.py FOLDER SEED     other random cases of the same kinds, into FOLDER/packs

The answers come from PyTorch (in float64, with autograd), from NumPy, and where neither has the operation from index
arithmetic spelled out here; never from libstrided. Seeded: the same versions write the same bytes. Needs python3-torch
and python3-numpy; the packs are checked in, so only who changes them needs this. README.md describes the format.
"""
import os
import sys
import zlib

import numpy as np
import torch
import torch.nn.functional as F

FLOATS = {'f16': 10, 'bf16': 7, 'f32': 23, 'f64': 52}  # bits of fraction
NUMPY = {'f32': '<f4', 'f64': '<f8', 'f16': '<f2', 'bf16': '<u2', 'i8': 'i1', 'u8': 'u1', 'bool': 'u1', 'i16': '<i2',
         'u16': '<u2', 'i32': '<i4', 'u32': '<u4', 'i64': '<i8', 'u64': '<u8'}


# ---- element types ------------------------------------------------------------------------------------

def ulp(dtype):
    return 2.0 ** -FLOATS[dtype]


def encode(values, dtype):
    """The bits of `values` in `dtype`, rounded once, as a NumPy array of the type that holds them."""
    values = np.asarray(values)
    if dtype == 'bf16':
        as_torch = torch.from_numpy(np.ascontiguousarray(values, dtype='f8')).to(torch.bfloat16)
        return as_torch.view(torch.int16).numpy().view('<u2').reshape(values.shape)
    with np.errstate(over='ignore', invalid='ignore'):
        return values.astype(NUMPY[dtype])


def decode(bits, dtype):
    """float64 values of encoded floats; integers as they are."""
    if dtype == 'bf16':
        return (bits.astype('<u4') << 16).view('<f4').astype('f8')
    return bits.astype('f8') if dtype in FLOATS else bits


def poison(dtype):
    if dtype == 'bf16':
        return 0x7fc0
    if dtype in FLOATS:
        return np.nan
    return 1 if dtype == 'bool' else np.iinfo(NUMPY[dtype]).max - 3


# ---- a pack --------------------------------------------------------------------------------------------

class Pack:
    def __init__(self, name, seed=''):
        self.name, self.lines, self.blob, self.seen, self.count = name, [], bytearray(), {}, 0
        self.plain = False  # inputs row-major, as the steps of a view expect
        self.rng = np.random.default_rng(zlib.crc32((name + seed).encode()))

    def store(self, array):
        """Offset of these bytes in the data; equal payloads are stored once."""
        raw = np.ascontiguousarray(array).tobytes()
        if raw not in self.seen:
            self.blob += bytes(-len(self.blob) % 16)
            self.seen[raw] = len(self.blob)
            self.blob += raw
        return self.seen[raw]

    def layout(self, shape, plain=False):
        """(length, offset, strides) of a view that overlaps nothing: any order of axes, gaps, reversed axes."""
        if plain or 0 in shape or self.rng.random() < 0.3:
            strides = [int(np.prod([max(s, 1) for s in shape[a + 1:]], dtype=int)) for a in range(len(shape))]
            return int(np.prod(shape, dtype=int)), 0, strides
        strides, offset, need = [0] * len(shape), int(self.rng.integers(0, 4)), 1
        for a in self.rng.permutation(len(shape)):
            strides[a] = need + int(self.rng.integers(0, 3) if self.rng.random() < 0.4 else 0)
            need = strides[a] * (shape[a] - 1) + need
        reach = offset + need
        for a in range(len(shape)):
            if self.rng.random() < 0.4:
                offset += strides[a] * (shape[a] - 1)
                strides[a] = -strides[a]
        return reach + int(self.rng.integers(0, 4)), offset, strides

    def random(self, shape, dtype, low=-30, high=30):
        """Values that `dtype` holds exactly."""
        if dtype in FLOATS:
            return decode(encode(self.rng.normal(size=shape), dtype), dtype)
        if dtype == 'bool':
            return self.rng.integers(0, 2, shape)
        return self.rng.integers(0 if dtype[0] == 'u' else low, high, shape)

    def input_line(self, name, values, dtype):
        shape = np.shape(values)
        length, offset, strides = self.layout(shape, self.plain)
        storage = np.full(length, poison(dtype), NUMPY[dtype])
        view = np.lib.stride_tricks.as_strided(storage[offset:], shape, [s * storage.itemsize for s in strides])
        view[...] = encode(values, dtype)
        words = ['in', name, dtype, 'D', self.store(storage), length, 'V', offset, len(shape), *shape, *strides]
        return ' '.join(map(str, words))

    def output_line(self, name, values, dtype):
        shape = np.shape(values)
        length, offset, strides = self.layout(shape)
        words = ['out', name, dtype, 'D', self.store(encode(values, dtype)), int(np.prod(shape, dtype=int)), 'S',
                 len(shape), *shape, 'L', length, offset, *strides]
        return ' '.join(map(str, words))

    def case(self, op, src, ins=(), outs=(), steps=(), tol=None, error=None, **attrs):
        """ins, outs: (name, values, dtype). tol: (rtol, atol), None = exact."""
        self.count += 1
        text = [f'case {op}_{self.count:03d}', f'op {op}', f'src {src}']
        text += [f'a {key} {words(value)}'.rstrip() for key, value in attrs.items()]
        text += [f'step {step}'.rstrip() for step in steps]
        text += [self.input_line(*i) for i in ins]
        text += [self.output_line(*o) for o in outs]
        text += [f'error {error}' if error else f'tol {tol[0]} {tol[1]:.3g}' if tol else 'exact', 'end']
        self.lines += text

    def generated(self, op, src, ins, out, values, **attrs):
        """Inputs (name, shape, dtype, seed) from the generator, output (name, dtype) as a checksum."""
        self.count += 1
        text = [f'case {op}_{self.count:03d}', f'op {op}', f'src {src}']
        text += [f'a {key} {words(value)}'.rstrip() for key, value in attrs.items()]
        for name, shape, dtype, seed in ins:
            strides = [int(np.prod(shape[a + 1:], dtype=int)) for a in range(len(shape))]
            line = ['in', name, dtype, 'G', seed, int(np.prod(shape)), 'V', 0, len(shape), *shape, *strides]
            text.append(' '.join(map(str, line)))
        flat = values.reshape(-1)
        odd = 2 * np.arange(flat.size, dtype='u8') + np.uint64(1)
        with np.errstate(over='ignore'):
            checksum = int((np.rint(flat).astype('i8').astype('u8') * odd).sum(dtype='u8'))
        length, offset, strides = self.layout(values.shape)
        line = ['out', *out, 'H', checksum, 1, 'S', values.ndim, *values.shape, 'L', length, offset, *strides]
        text.append(' '.join(map(str, line)))
        places = sorted(set(self.rng.integers(0, flat.size, 6).tolist()))
        text.append(f'sample {out[0]} ' + ' '.join(f'{i} {flat[i]}' for i in places))
        self.lines += text + ['exact', 'end']

    def write(self, root):
        folder = os.path.join(root, self.name)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'cases.txt'), 'w') as f:
            f.write('oracle 1\n' + '\n'.join(self.lines) + '\n')
        np.save(os.path.join(folder, 'data.npy'), np.frombuffer(bytes(self.blob), 'u1'))
        print(f'{self.name:12} {self.count:4} cases {len(self.blob):8} bytes')


def words(value):
    return ' '.join(map(str, value)) if isinstance(value, (list, tuple, np.ndarray)) else str(value)


def splitmix(shape, seed):
    """The generator of README.md: integers from -8 to 8."""
    with np.errstate(over='ignore'):
        i = np.arange(np.prod(shape), dtype='u8')
        z = ((np.uint64(seed) << np.uint64(32)) + i + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return ((z >> np.uint64(40)) % np.uint64(17)).astype('f8').reshape(shape) - 8


def t64(values, grad=False):
    return torch.tensor(np.asarray(values, 'f8'), requires_grad=grad)


def sum_tolerance(dtype, magnitude, terms):
    """Two ulp of the result, and what any order of a direct sum with the type's accumulator may lose."""
    accumulator = 'f32' if dtype in ('f16', 'bf16') else dtype
    return 2 * ulp(dtype), ulp(accumulator) * float(np.max(np.asarray(magnitude), initial=0)) * (2 + terms ** 0.5) + 1e-300


def close(dtype, scale=16):
    return scale * ulp(dtype), scale * ulp(dtype)


# ---- padding: any width, every mode, integers ----------------------------------------------------------

NUMPY_MODES = {'const': 'constant', 'replicate': 'edge', 'reflect': 'reflect', 'symmetric': 'symmetric',
               'circular': 'wrap'}


def pad(x, widths, mode, value=0):
    """numpy.pad. NumPy before 1.25 wraps wrongly when a width exceeds the extent, so wrapping is said in indices."""
    if mode != 'circular':
        return np.pad(x, widths, NUMPY_MODES[mode], **({'constant_values': value} if mode == 'const' else {}))
    for axis, (before, after) in enumerate(widths):
        n = x.shape[axis]
        x = np.take(x, np.arange(-before, n + after) % n, axis)
    return x


def make_pad(p):
    shapes = [((5,), [(1, 2)]), ((3,), [(8, 11)]), ((1,), [(2, 3)]), ((4, 3), [(0, 5), (7, 1)]),
              ((2, 3, 4), [(1, 0), (3, 3), (0, 6)]), ((2, 1, 5), [(0, 0), (1, 2), (4, 4)])]
    for n, (mode, numpy_mode) in enumerate(NUMPY_MODES.items()):
        for m, (shape, widths) in enumerate(shapes):
            dtype = ['f32', 'f64', 'i8', 'u16', 'i64', 'bf16', 'u8', 'f16', 'bool', 'i32'][(n + m) % 10]
            x = p.random(shape, dtype)
            value = 1 if dtype == 'bool' else 3
            y = pad(x, widths, mode, value)
            p.case('pad', f'numpy.pad/{numpy_mode}', [('x', x, dtype)], [('y', y, dtype)], mode=mode,
                   pad_begin=[w[0] for w in widths], pad_end=[w[1] for w in widths],
                   value=value)
            gradient_of_pad(p, mode, shape, widths)


def gradient_of_pad(p, mode, shape, widths):
    """Padding the places shows which element each position read; const positions read none."""
    size = int(np.prod(shape))
    read = pad(np.arange(size).reshape(shape), widths, mode, size)
    gy = p.random(read.shape, 'i32').astype('f8')
    gx = np.bincount(read.ravel(), gy.ravel(), size + 1)[:size].reshape(shape)
    p.case('pad_bwd', f'numpy.pad/{NUMPY_MODES[mode]}', [('gy', gy, 'f32')], [('gx', gx, 'f32')], mode=mode,
           pad_begin=[w[0] for w in widths], pad_end=[w[1] for w in widths], value=0, x_shape=shape)


# ---- convolution: modes, negative strides, integers, three dimensions ----------------------------------

CONVS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRANSPOSED = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


def padded(x, before, after, mode):
    """x (a torch tensor) padded behind its first two axes as NumPy does, keeping the gradient."""
    size = int(np.prod(x.shape))
    widths = [(0, 0), (0, 0)] + list(zip(before, after))
    places = torch.tensor(pad(np.arange(size).reshape(x.shape), widths, 'const' if mode == 'zeros' else mode, size))
    return torch.cat([x.reshape(-1), torch.zeros(1, dtype=x.dtype)])[places]


def conv_geometry(p, nd):
    g = {'nd': nd, 'stride': p.rng.integers(1, 4, nd).tolist(), 'dilation': p.rng.integers(1, 3, nd).tolist(),
         'groups': int(p.rng.choice([1, 1, 2] if nd == 3 else [1, 1, 2, 3])), 'pad_begin': p.rng.integers(0, 5 - nd, nd).tolist(),
         'pad_end': p.rng.integers(0, 5 - nd, nd).tolist()}
    kernel = p.rng.integers(1, 4, nd).tolist()
    extents = [int(d * (k - 1) + 1 + p.rng.integers(0, 6 - nd)) for d, k in zip(g['dilation'], kernel)]
    channels = g['groups'] * int(p.rng.integers(1, 6 - nd)), g['groups'] * int(p.rng.integers(1, 6 - nd))
    return g, kernel, extents, channels


def make_conv(p):
    modes = ['zeros', 'reflect', 'replicate', 'circular', 'symmetric']
    dtypes = ['f32', 'f64', 'bf16', 'f16', 'f32', 'i8', 'u8', 'i16', 'i32', 'i64']
    for n in range(30):
        nd, mode, dtype = 1 + n % 3, modes[n % 5], dtypes[(n // 5 + n) % 10]
        g, kernel, extents, (c, o) = conv_geometry(p, nd)
        g['pad_mode'] = mode
        one_conv(p, g, (1 + (nd < 3), c, *extents), (o, c // g['groups'], *kernel), dtype)
    conv_transposes(p)
    images = splitmix((1, 24, 33, 31), 3), splitmix((40, 24, 3, 3), 4), splitmix((40,), 5)
    y = F.conv2d(*map(t64, images), padding=1).numpy()
    p.generated('conv', 'torch.conv2d', [('x', (1, 24, 33, 31), 'f32', 3), ('w', (40, 24, 3, 3), 'f32', 4),
                ('b', (40,), 'f32', 5)], ('y', 'f32'), y, nd=2, stride=[1, 1], dilation=[1, 1], groups=1,
                pad_begin=[1, 1], pad_end=[1, 1], pad_mode='zeros')


def one_conv(p, g, x_shape, w_shape, dtype):
    nd, f = g['nd'], CONVS[g['nd']]
    options = {k: g[k] for k in ('stride', 'dilation', 'groups')}
    x, w, b = p.random(x_shape, dtype), p.random(w_shape, dtype), p.random(w_shape[:1], dtype)
    tx, tw, tb = t64(x, True), t64(w, True), t64(b, True)
    y = f(padded(tx, g['pad_begin'], g['pad_end'], g['pad_mode']), tw, tb, **options)
    size = f(padded(tx, g['pad_begin'], g['pad_end'], g['pad_mode']).abs(), tw.abs(), tb.abs(), **options)
    out = {'i8': 'i32', 'u8': 'i32', 'i16': 'i32'}.get(dtype, dtype)
    tol = sum_tolerance(dtype, size.detach(), np.prod(w_shape[1:])) if dtype in FLOATS else None
    p.case('conv', f'torch.conv{nd}d, numpy.pad', [('x', x, dtype), ('w', w, dtype), ('b', b, out)],
           [('y', y.detach().numpy(), out)], tol=tol, **g)
    if dtype in ('f32', 'f64'):
        conv_gradients(p, g, (tx, tw, tb), y, dtype)


def conv_gradients(p, g, tensors, y, dtype):
    x, w, b = tensors
    gy = p.random(y.shape, dtype)
    y.backward(t64(gy))
    terms = y[0].numel() * y.shape[0]
    for op, out, into, others, shape in (
            ('conv_bwd_x', 'gx', x, [('w', w)], {'x_shape': x.shape}),
            ('conv_bwd_w', 'gw', w, [('x', x)], {'w_shape': w.shape}), ('conv_bwd_b', 'gb', b, [], {})):
        ins = [('gy', gy, dtype)] + [(name, v.detach().numpy(), dtype) for name, v in others]
        p.case(op, 'torch autograd', ins, [(out, into.grad.numpy(), dtype)],
               tol=sum_tolerance(dtype, np.abs(gy).max() * 4 * terms ** 0.5, terms), **g, **shape)


def transposed_geometry(p, nd):
    g, kernel, extents, channels = conv_geometry(p, nd)
    g['pad_begin'] = g['pad_end'] = [int(p.rng.integers(0, k)) for k in kernel]
    g['output_padding'] = [int(p.rng.integers(0, max(s, d))) for s, d in zip(g['stride'], g['dilation'])]
    return g, kernel, extents, channels


def conv_transposes(p):
    for n in range(9):
        nd, dtype = 1 + n % 3, ['f32', 'f64', 'bf16'][n // 3]
        g, kernel, extents, (c, o) = transposed_geometry(p, nd)
        extents = [e + 3 for e in extents]
        x, w = p.random((2, c, *extents), dtype), p.random((c, o // g['groups'], *kernel), dtype)
        b = p.random((o,), dtype)
        options = {k: g[k] for k in ('stride', 'dilation', 'groups', 'output_padding')}
        y, size = (TRANSPOSED[nd](t64(f(x)), t64(f(w)), t64(f(b)), padding=g['pad_begin'], **options).numpy()
                   for f in (np.asarray, np.abs))
        p.case('conv_transpose', f'torch.conv_transpose{nd}d', [('x', x, dtype), ('w', w, dtype), ('b', b, dtype)],
               [('y', y, dtype)], tol=sum_tolerance(dtype, size, c * np.prod(kernel)), **g)


# ---- gradients that the other packs do not have ---------------------------------------------------------

def make_gradients(p):
    for n in range(9):
        transposed_gradients(p, 1 + n % 3, ['f32', 'f64', 'f64'][n // 3])
    for n in range(6):
        adaptive_average_gradient(p, 1 + n % 3, ['f32', 'f64'][n // 3])


def transposed_gradients(p, nd, dtype):
    g, kernel, _, (c, o) = transposed_geometry(p, nd)
    x, w = p.random((2, c, *[3] * nd), dtype), p.random((c, o // g['groups'], *kernel), dtype)
    tx, tw = t64(x, True), t64(w, True)
    options = {k: g[k] for k in ('stride', 'dilation', 'groups', 'output_padding')}
    y = TRANSPOSED[nd](tx, tw, padding=g['pad_begin'], **options)
    gy = p.random(y.shape, dtype)
    y.backward(t64(gy))
    tol = sum_tolerance(dtype, np.abs(gy).max() * 4 * y.numel() ** 0.5, y.numel())
    p.case('conv_transpose_bwd_x', 'torch autograd', [('gy', gy, dtype), ('w', w, dtype)],
           [('gx', tx.grad.numpy(), dtype)], tol=tol, **g, x_shape=x.shape)
    p.case('conv_transpose_bwd_w', 'torch autograd', [('gy', gy, dtype), ('x', x, dtype)],
           [('gw', tw.grad.numpy(), dtype)], tol=tol, **g, w_shape=w.shape)


def adaptive_average_gradient(p, nd, dtype):
    x = t64(p.random((2, 3, *p.rng.integers(1, 7, nd)), dtype), True)
    size = p.rng.integers(1, 6, nd).tolist()
    y = [F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d][nd - 1](x, size)
    gy = p.random(y.shape, dtype)
    y.backward(t64(gy))
    p.case('adaptive_avgpool_bwd', 'torch autograd', [('gy', gy, dtype)], [('gx', x.grad.numpy(), dtype)],
           tol=sum_tolerance(dtype, 40, 16), nd=nd, output_size=size, x_shape=tuple(x.shape))


# ---- windows as columns, with 1 to 3 axes --------------------------------------------------------------

def columns(x, kernel, stride, dilation, widths):
    """torch.nn.functional.unfold for any number of axes, from the window view."""
    nd = len(kernel)
    x = F.pad(x, [w for pair in reversed(widths) for w in pair])
    for a in range(nd):
        x = x.unfold(2 + a, dilation[a] * (kernel[a] - 1) + 1, stride[a])
    x = x[(...,) + tuple(slice(None, None, d) for d in dilation)]
    order = [0, 1] + list(range(2 + nd, 2 + 2 * nd)) + list(range(2, 2 + nd))
    return x.permute(order).reshape(x.shape[0], x.shape[1] * int(np.prod(kernel)), -1)


def make_fold(p):
    for n in range(12):
        nd, dtype = 1 + n % 3, ['f32', 'f64', 'bf16', 'f16'][n % 4]
        g, kernel, extents, (c, _) = conv_geometry(p, nd)
        widths = list(zip(g['pad_begin'], g['pad_end']))
        x = t64(p.random((2, c, *extents), dtype), True)
        y = columns(x, kernel, g['stride'], g['dilation'], widths)
        gy = p.random(y.shape, dtype)
        y.backward(t64(gy))
        common = dict(nd=nd, kernel=kernel, stride=g['stride'], dilation=g['dilation'], pad_begin=g['pad_begin'],
                      pad_end=g['pad_end'])
        p.case('unfold', 'torch.Tensor.unfold', [('x', x.detach().numpy(), dtype)],
               [('y', y.detach().numpy(), dtype)], **common)
        p.case('fold', 'torch autograd', [('x', gy, dtype)], [('y', x.grad.numpy(), dtype)],
               tol=sum_tolerance(dtype, np.prod(kernel) * 4, np.prod(kernel)), output_size=extents, **common)


# ---- pooling -------------------------------------------------------------------------------------------

def pool_geometry(p, nd):
    kernel = p.rng.integers(1, 6 - nd, nd).tolist()
    dilation = p.rng.integers(1, 3, nd).tolist()
    span = [d * (k - 1) + 1 for d, k in zip(dilation, kernel)]
    g = {'nd': nd, 'kernel': kernel, 'stride': p.rng.integers(1, 4, nd).tolist(), 'dilation': dilation,
         'pad_begin': [int(p.rng.integers(0, k // 2 + 1)) for k in kernel], 'ceil_mode': 0}
    g['pad_end'] = g['pad_begin']
    return g, [int(s + p.rng.integers(0, 6 - nd)) for s in span]


def make_pool(p):
    for n in range(9):
        lp_pools(p, 1 + n % 3, [1.0, 2.0, 3.0, np.inf, 2.5][n % 5], ['f32', 'f64', 'bf16'][n // 3])
    for n in range(9):
        max_pools(p, 1 + n % 3, ['f32', 'f64', 'f16'][n // 3], n)
    for n in range(6):
        average_pools(p, 1 + n % 3, ['f32', 'f64'][n // 3], n)
    integer_pools(p)


def lp_pools(p, nd, power, dtype):
    g, extents = pool_geometry(p, nd)
    x = t64(p.random((2, 3, *extents), dtype), True)
    widths = list(zip(g['pad_begin'], g['pad_end']))
    taps = columns(x.abs(), g['kernel'], g['stride'], g['dilation'], widths)
    taps = taps.reshape(2, 3, int(np.prod(g['kernel'])), -1)
    y = taps.max(2).values if np.isinf(power) else (taps ** power).sum(2) ** (1 / power)
    shape = [(e + 2 * b - d * (k - 1) - 1) // s + 1
             for e, b, d, k, s in zip(extents, g['pad_begin'], g['dilation'], g['kernel'], g['stride'])]
    y = y.reshape(2, 3, *shape)
    values = x.detach().numpy()
    p.case('lppool', 'torch.Tensor.unfold', [('x', values, dtype)], [('y', y.detach().numpy(), dtype)],
           tol=close(dtype), p=power, **g)
    if not np.isinf(power) and dtype != 'bf16':
        gy = p.random(shape := tuple(y.shape), dtype)
        y.backward(t64(gy))
        gx = x.grad.numpy()
        if np.isfinite(gx).all():
            p.case('lppool_bwd', 'torch autograd', [('gy', gy, dtype), ('x', values, dtype)], [('gx', gx, dtype)],
                   tol=close(dtype, 64), p=power, x_shape=values.shape, **g)


def max_pools(p, nd, dtype, n):
    g, extents = pool_geometry(p, nd)
    g['ceil_mode'] = n % 2
    x = p.random((2, 3, *extents), dtype)
    x[p.rng.random(x.shape) < 0.05] = np.nan if n % 3 == 0 else 1
    tx = t64(x, True)
    pool = [F.max_pool1d, F.max_pool2d, F.max_pool3d][nd - 1]
    y, idx = pool(tx, g['kernel'], g['stride'], g['pad_begin'], g['dilation'], bool(g['ceil_mode']), True)
    if (idx < 0).any() or torch.isinf(y).any():
        return
    gy = p.random(y.shape, dtype)
    y.backward(t64(gy))
    p.case('maxpool', f'torch.max_pool{nd}d', [('x', x, dtype)],
           [('y', y.detach().numpy(), dtype), ('idx', idx.numpy(), 'i64')], **g)
    p.case('maxpool_bwd', 'torch autograd, from x', [('gy', gy, dtype), ('x', x, dtype)],
           [('gx', tx.grad.numpy(), dtype)], tol=sum_tolerance(dtype, 40, 16), x_shape=x.shape, **g)
    if not np.isnan(x).any():
        adaptive_max(p, nd, dtype, x)


def adaptive_max(p, nd, dtype, x):
    size = p.rng.integers(1, 6, nd).tolist()
    tx = t64(x, True)
    y, idx = [F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d][nd - 1](tx, size, True)
    gy = p.random(y.shape, dtype)
    y.backward(t64(gy))
    p.case('adaptive_maxpool', f'torch.adaptive_max_pool{nd}d', [('x', x, dtype)],
           [('y', y.detach().numpy(), dtype), ('idx', idx.numpy(), 'i64')], nd=nd, output_size=size)
    p.case('adaptive_maxpool_bwd', 'torch autograd', [('gy', gy, dtype), ('x', x, dtype)],
           [('gx', tx.grad.numpy(), dtype)], tol=sum_tolerance(dtype, 40, 16), nd=nd, output_size=size, x_shape=x.shape)


def average_pools(p, nd, dtype, n):
    g, extents = pool_geometry(p, nd)
    del g['dilation']
    extents = [e + 2 for e in extents]
    g['ceil_mode'], g['count_include_pad'] = n % 2, n // 2 % 2
    x = t64(p.random((2, 3, *extents), dtype), True)
    pool = [F.avg_pool1d, F.avg_pool2d, F.avg_pool3d][nd - 1]
    y = pool(x, g['kernel'], g['stride'], g['pad_begin'], bool(g['ceil_mode']), bool(g['count_include_pad']))
    gy = p.random(y.shape, dtype)
    y.backward(t64(gy))
    p.case('avgpool', f'torch.avg_pool{nd}d', [('x', x.detach().numpy(), dtype)], [('y', y.detach().numpy(), dtype)],
           tol=close(dtype), **g)
    p.case('avgpool_bwd', 'torch autograd', [('gy', gy, dtype)], [('gx', x.grad.numpy(), dtype)], tol=close(dtype),
           x_shape=tuple(x.shape), **g)


def integer_pools(p):
    """Window maxima and truncated means of integers, from NumPy's window view."""
    for dtype in ('i8', 'u8', 'i16', 'i32', 'i64'):
        x = p.random((2, 7, 6), dtype)
        view = np.lib.stride_tricks.sliding_window_view(x, (3, 2), (1, 2))[:, ::2, ::1]
        g = dict(nd=2, kernel=[3, 2], stride=[2, 1], pad_begin=[0, 0], pad_end=[0, 0], ceil_mode=0)
        p.case('maxpool', 'numpy.sliding_window_view', [('x', x, dtype)], [('y', view.max((3, 4)), dtype)], **g)
        if dtype in ('i32', 'i64'):
            mean = np.trunc(view.sum((3, 4)) / 6).astype('i8')
            p.case('avgpool', 'numpy.sliding_window_view', [('x', x, dtype)], [('y', mean, dtype)],
                   count_include_pad=0, **g)


# ---- resizing ------------------------------------------------------------------------------------------

def make_resize(p):
    sizes = {1: [((7,), (13,)), ((7,), (3,)), ((5,), (5,)), ((1,), (4,))],
             2: [((5, 6), (9, 4)), ((4, 4), (8, 12)), ((6, 3), (1, 7))], 3: [((3, 4, 5), (5, 2, 9))]}
    linear = {1: 'linear', 2: 'bilinear', 3: 'trilinear'}
    for nd, pairs in sizes.items():
        for n, (before, after) in enumerate(pairs):
            dtype = ['f32', 'f64', 'bf16', 'f32'][n]
            x = p.random((2, 3, *before), dtype)
            for mode, corners in (('nearest', None), (linear[nd], False), (linear[nd], True)):
                y = F.interpolate(t64(x), after, mode=mode, align_corners=corners).numpy()
                p.case('resize', f'torch.interpolate/{mode}', [('x', x, dtype)], [('y', y, dtype)],
                       tol=None if corners is None else close(dtype, 64), nd=nd, output_size=after,
                       mode='nearest' if corners is None else 'linear', align_corners=int(bool(corners)))


# ---- normalisation -------------------------------------------------------------------------------------

def make_norm(p):
    for n, shape in enumerate([(4, 3), (3, 2, 5), (2, 3, 4, 5), (2, 1, 2, 3, 2), (6, 4, 3)]):
        for dtype in ('f32', 'f64'):
            batch_norms(p, shape, dtype, affine=n != 1)
    for shape, axis in (((4,), 0), ((3, 5), 1), ((3, 5), 0), ((2, 3, 4), -2), ((2, 3, 4, 2), 1), ((1, 9), 0)):
        for dtype in ('f32', 'f64', 'bf16'):
            x = p.random(shape, dtype) * 4
            for op, f in (('softmax', torch.softmax), ('log_softmax', torch.log_softmax)):
                p.case(op, f'torch.{op}', [('x', x, dtype)], [('y', f(t64(x), axis).numpy(), dtype)],
                       tol=close(dtype), axis=axis)


def batch_norms(p, shape, dtype, affine):
    c, eps, momentum = shape[1], 1e-3, 0.3
    x, gy = p.random(shape, dtype), p.random(shape, dtype)
    scale, bias, mean = p.random((c,), dtype), p.random((c,), dtype), p.random((c,), dtype)
    var = np.abs(p.random((c,), dtype)) + 0.5
    tx, ts, tb = t64(x, True), t64(scale, True) if affine else None, t64(bias, True) if affine else None
    running = t64(mean), t64(var)
    y = F.batch_norm(tx, *running, ts, tb, True, momentum, eps)
    y.backward(t64(gy))
    axes = tuple(a for a in range(len(shape)) if a != 1)
    batch = x.mean(axes), x.var(axes)
    affine_ins = [('scale', scale, dtype), ('bias', bias, dtype)] if affine else []
    stats = [('mean', mean, dtype), ('var', var, dtype)]
    tol = close(dtype, 256)
    p.case('batchnorm_train', 'torch.batch_norm', [('x', x, dtype)] + affine_ins + stats,
           [('y', y.detach().numpy(), dtype), ('mean_out', running[0].numpy(), dtype),
            ('var_out', running[1].numpy(), dtype), ('batch_mean', batch[0], dtype), ('batch_var', batch[1], dtype)],
           tol=tol, eps=eps, momentum=momentum)
    outs = [('gx', tx.grad.numpy(), dtype)]
    if affine:
        outs += [('gscale', ts.grad.numpy(), dtype), ('gbias', tb.grad.numpy(), dtype)]
    p.case('batchnorm_bwd', 'torch autograd', [('gy', gy, dtype), ('x', x, dtype)] + affine_ins[:1]
           + [('mean', batch[0], 'f64'), ('var', batch[1], 'f64')], outs, tol=tol, eps=eps)
    evaluation = F.batch_norm(t64(x), t64(mean), t64(var), None if ts is None else ts.detach(),
                              None if tb is None else tb.detach(), False, 0, eps)
    p.case('batchnorm', 'torch.batch_norm', [('x', x, dtype)] + affine_ins + stats, [('y', evaluation.numpy(), dtype)],
           tol=close(dtype, 64), eps=eps)
    w, b = p.random((c, 2, 3), dtype), p.random((c,), dtype)
    folded = torch.nn.utils.fusion.fuse_conv_bn_weights(t64(w), t64(b), t64(mean), t64(var), eps,
                                                        t64(scale) if affine else None, t64(bias) if affine else None)
    p.case('batchnorm_fold', 'torch.fuse_conv_bn_weights', [('w', w, dtype), ('b', b, dtype)] + affine_ins + stats,
           [('w_out', folded[0].detach().numpy(), dtype), ('b_out', folded[1].detach().numpy(), dtype)],
           tol=close(dtype, 64), eps=eps)


# ---- integers: arithmetic, sums, products, conversions -------------------------------------------------

INTEGERS = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64']


def make_integer(p):
    for n, dtype in enumerate(INTEGERS):
        numpy_dtype = np.dtype(NUMPY[dtype])
        info = np.iinfo(numpy_dtype)
        a = p.rng.integers(info.min, info.max, (3, 4, 5), numpy_dtype, True)
        b = p.rng.integers(info.min, info.max, (4, 1), numpy_dtype, True)
        for fn, f in (('add', np.add), ('sub', np.subtract), ('mul', np.multiply), ('max', np.maximum),
                      ('min', np.minimum)):
            with np.errstate(over='ignore'):
                p.case('binary', f'numpy.{fn}', [('a', a, dtype), ('b', b, dtype)], [('y', f(a, b), dtype)], fn=fn)
        sums = 'u64' if dtype == 'u64' else 'i64'
        for axes in ([0], [1, 2], [0, 1, 2]):
            x = a // 16 if info.bits > 32 else a
            y = x.astype(NUMPY[sums]).sum(tuple(axes))
            p.case('reduce', 'numpy.sum', [('x', x, dtype)], [('y', y, sums)], kind='sum', axes=axes, keepdims=0)
            p.case('reduce', 'numpy.max', [('x', a, dtype)], [('y', a.max(tuple(axes), keepdims=True), dtype)],
                   kind='max', axes=axes, keepdims=1)
        for kind, f in (('max', np.argmax), ('min', np.argmin)):
            small = a % 3
            p.case('argreduce', f'numpy.arg{kind}', [('x', small, dtype)], [('y', f(small, 1), 'i64')], kind=kind,
                   axis=1, keepdims=0, last=0)
    integer_products(p)
    conversions(p)


def integer_products(p):
    for dtype, out in (('i8', 'i32'), ('u8', 'i32'), ('i16', 'i32'), ('i32', 'i32'), ('i64', 'i64')):
        a, b = p.random((2, 3, 5), dtype), p.random((5, 4), dtype)
        y = np.matmul(a.astype('i8'), b.astype('i8'))
        p.case('matmul', 'numpy.matmul', [('a', a, dtype), ('b', b, dtype)], [('y', y, out)])
        p.case('einsum', 'numpy.einsum', [('x0', a, dtype), ('x1', b, dtype)],
               [('y', np.einsum('bij,jk->kb', a.astype('i8'), b.astype('i8')), out)], named=0,
               equation='bij,jk->kb')
        p.case('einsum', 'numpy.einsum', [('x0', a, dtype), ('x1', b, dtype)],
               [('y', np.einsum('bij,jk->kb', a.astype('i8'), b.astype('i8')), out)], named=1,
               equation='batch_i_j,_j_k_->_k_batch')


def conversions(p):
    """Integer to integer wraps, any to bool is != 0, floats truncate toward zero, saturate, NaN is 0."""
    for source in INTEGERS + ['bool']:
        info = np.iinfo(NUMPY[source])
        x = p.rng.integers(0, 2, 9) if source == 'bool' else p.rng.integers(info.min, info.max, 9, NUMPY[source], True)
        x = np.concatenate([x, [0]]).astype(NUMPY[source])
        for target in INTEGERS:
            p.case('copy', 'numpy.astype', [('x', x, source)], [('y', x.astype(NUMPY[target]), target)])
        p.case('copy', 'numpy.astype', [('x', x, source)], [('y', x != 0, 'bool')])
    x = np.array([0.0, -0.0, 1.5, -1.5, 2.5, 99.9, -99.9, 127.5, 1e30, -1e30, np.inf, -np.inf, np.nan])
    for source in ('f32', 'f64', 'f16', 'bf16'):
        v = decode(encode(x, source), source)
        for target in INTEGERS:
            info = np.iinfo(NUMPY[target])
            y = [0 if np.isnan(e) else info.max if e >= info.max else info.min if e <= info.min else int(e) for e in v]
            p.case('copy', 'truncate and saturate', [('x', v, source)], [('y', np.array(y, NUMPY[target]), target)])
        p.case('copy', 'numpy.astype', [('x', v, source)], [('y', v != 0, 'bool')])


# ---- views, overlap, broadcasting ----------------------------------------------------------------------

def view_case(p, storage, y, steps, dtype):
    strides = [s // y.itemsize for s in y.strides]
    offset = (y.__array_interface__['data'][0] - storage.__array_interface__['data'][0]) // y.itemsize
    length = storage.size
    own = [int(np.prod(storage.shape[a + 1:], dtype=int)) for a in range(storage.ndim)]
    p.count += 1
    p.lines += [f'case view_{p.count:03d}', 'op view', 'src numpy', f'a y_shape {words(y.shape)}'.rstrip(),
                f'a y_strides {words(strides)}'.rstrip(), f'a y_offset {offset}', *[f'step {s}' for s in steps],
                ' '.join(map(str, ['in', 'x', dtype, 'D', p.store(storage), length, 'V', 0, storage.ndim,
                                   *storage.shape, *own])), p.output_line('y', y, dtype), 'exact', 'end']


def make_view(p):
    p.plain = True
    windows = np.lib.stride_tricks.sliding_window_view
    for dtype in INTEGERS:
        x = np.arange(2 * 5 * 6).reshape(2, 5, 6).astype(NUMPY[dtype])
        view_case(p, x, x[::-1, 1:5:2, ::-2], ['slice 0 none none -1', 'slice 1 1 5 2', 'slice 2 none none -2'], dtype)
        view_case(p, x, x.transpose(2, 0, 1)[3], ['permute 2 0 1', 'select 0 -3'], dtype)
        view_case(p, x, windows(x, (2, 3), (1, 2)), ['window 2 1 2 2 3'], dtype)
        view_case(p, x, windows(x, (2, 2), (1, 1)), ['window 2 1 1 2 2'], dtype)
        view_case(p, x, x.diagonal(1, 1, 2), ['diagonal 1 1 2'], dtype)
        view_case(p, x, np.broadcast_to(x[:, :1], (3, 2, 5, 6)), ['narrow 1 0 1', 'broadcast_to 3 2 5 6'], dtype)
        view_case(p, x, np.moveaxis(x, [0, 2], [1, 0])[..., None], ['movedim 2 0 2 1 0', 'unsqueeze -1'], dtype)
        view_case(p, x, x.reshape(2, 30)[:, ::3].reshape(2, 2, 5), ['flatten 1 2', 'slice 1 none none 3', 'view 2 2 5'],
                  dtype)
    for steps, hint in ((['view 7 -1'], 'shape'), (['transpose 1 2', 'view 60'], 'not_viewable'),
                        (['select 1 5'], 'index'), (['narrow 2 -1 2'], 'range'), (['slice 0 none none 0'], 'step'),
                        (['permute 0 1 1'], 'axis'), (['unfold 1 6 1'], 'range'), (['broadcast_to 2 4 6'], 'shape'),
                        (['as_strided 2 10 7 6 1 0'], 'bounds'), (['as_strided 1 3 -1 1'], 'bounds')):
        p.case('view', 'refused', [('x', np.arange(60).reshape(2, 5, 6), 'i32')], steps=steps, error=hint)
    overlaps(p)
    for shapes in (['2x3', '3x'], ['4x1', '1x5', '3x1x1'], ['()', '2x'], ['()', '()'], ['0x', '1x'], ['7x1x1', '1x']):
        result = np.broadcast_shapes(*[tuple(int(e) for e in s.split('x') if e) if s != '()' else () for s in shapes])
        p.case('broadcast', 'numpy.broadcast_shapes', shapes=shapes, result=result)
    p.case('broadcast', 'numpy.broadcast_shapes', shapes=['2x', '3x'], error='shape')


def overlaps(p):
    """Small views of 40 elements: every element counted, so exact."""
    def make():
        while True:
            shape, strides = p.rng.integers(1, 5, 3), p.rng.integers(-7, 8, 3)
            reach = (shape - 1) * strides
            low, high = int(reach[reach < 0].sum()), int(reach[reach > 0].sum())
            if high - low < 40:
                offset = int(p.rng.integers(-low, 40 - high))
                places = offset + np.add.outer(np.add.outer(np.arange(shape[0]) * strides[0], np.arange(shape[1])
                                               * strides[1]), np.arange(shape[2]) * strides[2]).ravel()
                return f'i8 D {p.store(np.zeros(40, "i1"))} 40 V {offset} 3 {words(shape)} {words(strides)}', places
    for _ in range(30):
        (a, places_a), (b, places_b) = make(), make()
        p.count += 1
        p.lines += [f'case overlap_{p.count:03d}', 'op overlap', 'src counted',
                    f'a internal {int(len(set(places_a)) < len(places_a))}',
                    f'a shares {int(bool(set(places_a) & set(places_b)))}', f'in a {a}', f'in b {b}', 'exact', 'end']


# ---- refusals and chains -------------------------------------------------------------------------------

def make_refusal(p):
    x, w = p.random((1, 4, 9, 9), 'f32'), p.random((6, 4, 3, 3), 'f32')
    usual = dict(nd=2, stride=[1, 1], dilation=[1, 1], groups=1, pad_begin=[0, 0], pad_end=[0, 0], pad_mode='zeros')
    for why, change in (('groups', {'groups': 3}), ('groups', {'groups': -1}), ('stride', {'stride': [0, 1]}),
                        ('dilation', {'dilation': [-1, 1]}), ('padding', {'pad_begin': [0, -1]}),
                        ('window larger than input', {'dilation': [5, 1]}),
                        ('overflow', {'pad_end': [2 ** 62, 0], 'dilation': [2 ** 62, 1]})):
        p.case('conv', f'refused: {why}', [('x', x, 'f32'), ('w', w, 'f32')], error='any', **{**usual, **change})
    pool = dict(nd=2, kernel=[2, 2], stride=[2, 2], pad_begin=[0, 0], pad_end=[0, 0], ceil_mode=0)
    for why, change in (('kernel', {'kernel': [-2, 2]}), ('stride', {'stride': [0, 2]}),
                        ('padding', {'pad_begin': [2, 0]}), ('window larger than input', {'kernel': [10, 2]})):
        for op in ('maxpool', 'avgpool'):
            p.case(op, f'refused: {why}', [('x', x, 'f32')], error='any', **{**pool, **change})
    p.case('avgpool', 'refused: divisor', [('x', x, 'f32')], error='any', divisor=0, **pool)
    a, b = p.random((2, 3), 'f64'), p.random((4, 5), 'f64')
    p.case('matmul', 'refused: inner extents', [('a', a, 'f64'), ('b', b, 'f64')], error='any')
    for equation, named in (('ij,jk->ik', 0), ('ij,kl->im', 0), ('ij->ij', 0), ('ij,kl->ii', 0), ('i.j,kl->k', 0),
                            ('ij,kl->i->k', 0), ('a_b,_b_c_->_a_c', 1), ('ijk,kl->l', 0)):
        p.case('einsum', 'refused by numpy.einsum', [('x0', a, 'f64'), ('x1', b, 'f64')], error='any',
               equation=equation, named=named)
    p.case('pad', 'refused: cropped to nothing', [('x', a, 'f64')], error='any', mode='const', pad_begin=[0, -2],
           pad_end=[0, -2], value=0)
    p.case('reduce', 'refused: axis', [('x', a, 'f64')], error='any', kind='sum', axes=[2], keepdims=0)
    p.case('reduce', 'refused: repeated axis', [('x', a, 'f64')], error='any', kind='sum', axes=[0, 0], keepdims=0)
    p.case('softmax', 'refused: axis', [('x', a, 'f64')], error='any', axis=2)
    p.case('unfold', 'refused: window larger than input', [('x', x, 'f32')], error='any', nd=2, kernel=[10, 1],
           stride=[1, 1], dilation=[1, 1], pad_begin=[0, 0], pad_end=[0, 0])
    fold = dict(nd=2, kernel=[2, 2], stride=[1, 1], dilation=[1, 1], pad_begin=[0, 0], pad_end=[0, 0])
    columns = p.random((1, 8, 9), 'f32')
    p.case('fold', 'refused: number of columns', [('x', columns, 'f32')], error='any', output_size=[4, 5], **fold)
    p.case('fold', 'refused: channels', [('x', columns[:, :6], 'f32')], error='any', output_size=[4, 4], **fold)
    p.case('maxunpool', 'refused: index outside', [('x', a[None], 'f64'), ('idx', np.array([[[0, 1, 2], [3, -2, 5]]]),
           'i64')], error='any', nd=1, output_size=[6])
    p.case('adaptive_avgpool', 'refused: nothing', [('x', x, 'f32')], error='any', nd=2, output_size=[2, -1])
    p.case('argreduce', 'refused: of nothing', [('x', np.zeros((2, 0)), 'f32')], error='any', kind='max', axis=1,
           keepdims=0, last=0)
    p.case('conv_integer', 'refused: channels', [('x', p.random((1, 2, 5), 'u8'), 'u8'), ('w', p.random((1, 3, 2),
           'i8'), 'i8')], error='any', nd=1, stride=[1], dilation=[1], groups=1, pad_begin=[0], pad_end=[0])
    p.case('concat', 'refused: extents', [('x0', a, 'f64'), ('x1', b, 'f64')], error='any', axis=0)
    p.case('binary', 'refused: extents', [('a', a, 'f64'), ('b', b, 'f64')], error='any', fn='add')
    p.case('linear', 'refused: inner extents', [('x', a, 'f64'), ('w', b, 'f64')], error='any')
    p.case('gemm', 'refused: c does not broadcast', [('a', a, 'f64'), ('b', a.T, 'f64'), ('c', b, 'f64')], error='any',
           alpha=1, beta=1, trans_a=0, trans_b=0)
    p.case('maxunpool', 'refused: index outside', [('x', a[None], 'f64'), ('idx', np.array([[[0, 1, 2], [3, 4, 99]]]),
           'i64')], [('y', np.zeros((1, 2, 6)), 'f64')], error='any', nd=1, output_size=[6])


def make_graph(p):
    x, w, b = p.random((2, 3, 8, 8), 'f64'), p.random((4, 3, 3, 3), 'f64'), p.random((4,), 'f64')
    y = F.max_pool2d(F.relu(F.conv2d(t64(x), t64(w), t64(b), padding=1)), 2).numpy()
    p.case('graph', 'torch', [('x', x, 'f64'), ('w', w, 'f64'), ('b', b, 'f64')], [('y', y, 'f64')], [
        'conv c x,w,b nd=2 stride=1,1 dilation=1,1 groups=1 pad_begin=1,1 pad_end=1,1 pad_mode=zeros',
        'unary r c fn=relu', 'maxpool y r nd=2 kernel=2,2 stride=2,2 pad_begin=0,0 pad_end=0,0'], tol=(1e-12, 1e-12))
    m, v = p.random((3, 5), 'f64'), p.random((5, 2), 'f64')
    y = torch.softmax(t64(m) @ t64(v), -1).numpy()
    p.case('graph', 'torch', [('m', m, 'f64'), ('v', v, 'f64')], [('y', y, 'f64')],
           ['matmul s m,v', 'softmax y s axis=-1'], tol=(1e-12, 1e-12))
    y = np.pad(np.pad(m, 2, 'symmetric'), ((1, 0), (0, 3)), 'reflect').sum(0)
    p.case('graph', 'numpy', [('m', m, 'f64')], [('y', y, 'f64')],
           ['pad s m mode=symmetric pad_begin=2,2 pad_end=2,2', 'pad t s mode=reflect pad_begin=1,0 pad_end=0,3',
            'reduce y t kind=sum axes=0 keepdims=0'], tol=(1e-12, 1e-12))


# ---- a pack that no library can pass ---------------------------------------------------------------------

def make_wrong(p):
    """One case for each thing that the runner looks at, with a wrong answer: all must fail."""
    x = p.random((4, 5), 'f32')
    p.case('copy', 'an element', [('x', x, 'f32')], [('y', x + (np.arange(20).reshape(4, 5) == 19), 'f32')])
    p.case('copy', 'outside the tolerance', [('x', x, 'f32')], [('y', x + 1e-3, 'f32')], tol=(0, 1e-4))
    p.case('copy', 'NaN', [('x', x, 'f32')], [('y', x * np.nan, 'f32')], tol=(1, 1e30))
    p.case('copy', 'refused in truth', [('x', x, 'f32')], [('y', x[:3], 'f32')])
    p.case('unary', 'accepted in truth', [('x', x, 'f32')], error='any', fn='neg')
    p.plain = True
    for given in ({'y_shape': [5, 5]}, {'y_shape': [5, 4], 'y_strides': [5, 1]}, {'y_shape': [5, 4], 'y_offset': 1}):
        p.case('view', 'metadata', [('x', x, 'f32')], [('y', x.T, 'f32')], ['transpose 0 1'], **given)
    p.case('view', 'an element', [('x', x, 'f32')], [('y', x[::-1], 'f32')], ['flip 1'])
    p.case('view', 'accepted in truth', [('x', x, 'f32')], steps=['select 0 3'], error='index')
    p.case('view', 'refused for another reason', [('x', x, 'f32')], steps=['select 0 4'], error='not_viewable')
    p.case('broadcast', 'the result', shapes=['2x1', '3x'], result=[2, 2])
    p.generated('copy', 'a checksum', [('x', (6, 7), 'f32', 1)], ('y', 'f32'), splitmix((6, 7), 2))
    p.case('no_such_operation', 'unknown', [('x', x, 'f32')], [('y', x, 'f32')])


PACKS = {'pad': make_pad, 'conv': make_conv, 'gradients': make_gradients, 'fold': make_fold, 'pool': make_pool,
         'resize': make_resize, 'norm': make_norm, 'integer': make_integer, 'view': make_view, 'refusal': make_refusal, 'graph': make_graph}


def main():
    root, seed = sys.argv[1:3] if len(sys.argv) == 3 else (os.path.dirname(os.path.abspath(__file__)), '')
    torch.set_num_threads(1)
    for name, make in PACKS.items():
        pack = Pack(name, seed)
        make(pack)
        pack.write(os.path.join(root, 'packs'))
    wrong = Pack('wrong', seed)
    make_wrong(wrong)
    wrong.write(root)


if __name__ == '__main__':
    main()
