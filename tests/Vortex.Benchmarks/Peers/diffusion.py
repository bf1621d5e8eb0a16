# The networks of Stable Diffusion 1.5, plainly in PyTorch, with random weights: the peer of 'vortex bench diffusion'.
# Run as: diffusion.py THREADS NETWORK, where NETWORK is unet, vae or clip. Writes "ready"; then, for each line it is
# given, runs once and writes milliseconds; at the end of input, the peak of its memory in bytes.
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_grad_enabled(False)
torch.set_num_threads(int(sys.argv[1]))


class Attention(nn.Module):
    def __init__(self, width, context, heads, bias=False, out_bias=True):
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width, bias=bias)
        self.k = nn.Linear(context, width, bias=bias)
        self.v = nn.Linear(context, width, bias=bias)
        self.out = nn.Linear(width, width, bias=out_bias)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.split(self.q(x)), self.split(self.k(context)), self.split(self.v(context))
        scores = torch.baddbmm(
            torch.empty(q.shape[0], q.shape[1], k.shape[1]), q, k.transpose(1, 2), beta=0, alpha=q.shape[2] ** -0.5)
        if mask is not None:
            scores += mask
        y = torch.bmm(scores.softmax(-1), v)
        y = y.reshape(x.shape[0], self.heads, x.shape[1], -1).transpose(1, 2).reshape(x.shape)
        return self.out(y)

    def split(self, x):
        b, n, w = x.shape
        return x.reshape(b, n, self.heads, w // self.heads).transpose(1, 2).reshape(b * self.heads, n, -1)


class Transformer(nn.Module):
    def __init__(self, width, context=768, heads=8):
        super().__init__()
        self.norm = nn.GroupNorm(32, width, eps=1e-6)
        self.proj_in = nn.Conv2d(width, width, 1)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.self_attention = Attention(width, width, heads)
        self.cross_attention = Attention(width, context, heads)
        self.gate = nn.Linear(width, 8 * width)
        self.ff = nn.Linear(4 * width, width)
        self.proj_out = nn.Conv2d(width, width, 1)

    def forward(self, x, context):
        b, c, h, w = x.shape
        t = self.proj_in(self.norm(x)).reshape(b, c, h * w).transpose(1, 2).contiguous()
        t += self.self_attention(self.norms[0](t))
        t += self.cross_attention(self.norms[1](t), context)
        value, gate = self.gate(self.norms[2](t)).chunk(2, -1)
        t += self.ff(value * F.gelu(gate))
        return self.proj_out(t.transpose(1, 2).reshape(b, c, h, w).contiguous()) + x


class Residual(nn.Module):
    def __init__(self, inputs, outputs, time=1280, eps=1e-5):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(32, inputs, eps=eps), nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time = nn.Linear(time, outputs) if time else None
        self.norm2, self.conv2 = nn.GroupNorm(32, outputs, eps=eps), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x, time=None):
        h = self.conv1(F.silu(self.norm1(x), inplace=True))
        if self.time is not None:
            h += self.time(time)[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h), inplace=True))
        h += self.skip(x)
        return h


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [320, 640, 1280, 1280]
        self.time = nn.Sequential(nn.Linear(320, 1280), nn.SiLU(), nn.Linear(1280, 1280))
        self.first = nn.Conv2d(4, 320, 3, padding=1)
        self.down, self.up, skips, width = nn.ModuleList(), nn.ModuleList(), [320], 320
        for level, outputs in enumerate(widths):
            for _ in range(2):
                self.down.append(nn.ModuleList([Residual(width, outputs), Transformer(outputs) if level < 3 else None]))
                width = outputs
                skips.append(width)
            if level < 3:
                self.down.append(nn.ModuleList([nn.Conv2d(width, width, 3, stride=2, padding=1)]))
                skips.append(width)
        self.middle = nn.ModuleList([Residual(width, width), Transformer(width), Residual(width, width)])
        for level, outputs in reversed(list(enumerate(widths))):
            for i in range(3):
                block = [Residual(width + skips.pop(), outputs), Transformer(outputs) if level < 3 else None]
                block.append(nn.Conv2d(outputs, outputs, 3, padding=1) if level and i == 2 else None)
                self.up.append(nn.ModuleList(block))
                width = outputs
        self.norm, self.last = nn.GroupNorm(32, 320), nn.Conv2d(320, 4, 3, padding=1)

    def forward(self, x, t, context):
        waves = t[:, None] * torch.exp(-9.210340371976184 * torch.arange(160) / 160)[None]
        time = F.silu(self.time(torch.cat([waves.cos(), waves.sin()], 1)))
        h = self.first(x)
        skips = [h]
        for block in self.down:
            if len(block) == 1:
                h = block[0](h)
            else:
                h = block[0](h, time)
                h = h if block[1] is None else block[1](h, context)
            skips.append(h)
        h = self.middle[2](self.middle[1](self.middle[0](h, time), context), time)
        for residual, transformer, up in self.up:
            h = residual(torch.cat([h, skips.pop()], 1), time)
            h = h if transformer is None else transformer(h, context)
            h = h if up is None else up(F.interpolate(h, scale_factor=2))
        return self.last(F.silu(self.norm(h), inplace=True))


class VaeAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.GroupNorm(32, width, eps=1e-6)
        self.attention = Attention(width, width, 1, bias=True)

    def forward(self, x):
        b, c, h, w = x.shape
        t = self.norm(x).reshape(b, c, h * w).transpose(1, 2).contiguous()
        return self.attention(t).transpose(1, 2).reshape(x.shape) + x


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        steps = [nn.Conv2d(4, 4, 1), nn.Conv2d(4, 512, 3, padding=1), self.residual(512, 512), VaeAttention(512), self.residual(512, 512)]
        width = 512
        for level, outputs in enumerate([512, 512, 256, 128]):
            for _ in range(3):
                steps.append(self.residual(width, outputs))
                width = outputs
            if level < 3:
                steps += [nn.Upsample(scale_factor=2), nn.Conv2d(width, width, 3, padding=1)]
        steps += [nn.GroupNorm(32, 128, eps=1e-6), nn.SiLU(inplace=True), nn.Conv2d(128, 3, 3, padding=1)]
        self.steps = nn.Sequential(*steps)

    @staticmethod
    def residual(inputs, outputs):
        return Residual(inputs, outputs, 0, 1e-6)

    def forward(self, x):
        return self.steps(x)


class Clip(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(49408, 768), nn.Parameter(torch.randn(77, 768) * 0.01)
        self.layers = nn.ModuleList(
            nn.ModuleList([nn.LayerNorm(768), Attention(768, 768, 12, True), nn.LayerNorm(768), nn.Linear(768, 3072), nn.Linear(3072, 768)])
            for _ in range(12))
        self.norm = nn.LayerNorm(768)
        self.mask = torch.full((77, 77), float("-inf")).triu_(1)

    def forward(self, ids):
        x = self.tokens(ids) + self.places
        for norm1, attention, norm2, wide, narrow in self.layers:
            x = x + attention(norm1(x), mask=self.mask)
            h = wide(norm2(x))
            x = x + narrow(h * torch.sigmoid(1.702 * h))
        return self.norm(x)


def made(name):
    if name == "unet":
        net, x, t, context = UNet().eval(), torch.randn(1, 4, 64, 64), torch.tensor([500.0]), torch.randn(1, 77, 768)
        return lambda: net(x, t, context)
    if name == "vae":
        net, x = Decoder().eval(), torch.randn(1, 4, 64, 64)
        return lambda: net(x)
    net, ids = Clip().eval(), torch.randint(0, 49408, (1, 77))
    return lambda: net(ids)


run = made(sys.argv[2])
print("ready", flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    run()
    print((time.perf_counter() - began) * 1000, flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)
