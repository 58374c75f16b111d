"""ToMe (arXiv 2210.09461) around a Hugging Face ViT, step for step as its authors' code does it: attention written out
so that log(size) can be added, a full sort of the scores, gathers and scatter_reduce."""
import math

import torch


class ViTWithToMe(torch.nn.Module):
    """Gives up `r` tokens in every block, between attention and MLP. [B, 3, H, W] -> logits [B, classes]."""

    def __init__(self, model, r):
        super().__init__()
        self.model = model
        self.r = r

    def forward(self, pixel_values):
        vit = self.model.vit
        hidden = vit.embeddings(pixel_values)
        size = None
        for layer in vit.layers:
            update, metric = attend(layer.attention, layer.layernorm_before(hidden), size)
            hidden = hidden + update
            r = min(self.r, (hidden.shape[1] - 1) // 2)
            if r > 0:
                hidden, size = merge(hidden, size, metric, r)
            hidden = hidden + layer.mlp(layer.layernorm_after(hidden))
        return self.model.classifier(vit.layernorm(hidden)[:, 0])


def attend(attention, hidden, size):
    """Softmax attention with log(size) of the key, and the mean of the keys over heads [B, N, d]."""
    batch, tokens, width = hidden.shape
    heads = attention.num_attention_heads

    def by_head(x):
        return x.reshape(batch, tokens, heads, width // heads).permute(0, 2, 1, 3)

    q, k, v = (by_head(p(hidden)) for p in (attention.q_proj, attention.k_proj, attention.v_proj))
    logits = (q @ k.transpose(-2, -1)) * attention.scaling
    if size is not None:
        logits = logits + size.log()[:, None, None, :, 0]
    context = (logits.softmax(dim=-1) @ v).transpose(1, 2).reshape(batch, tokens, width)
    return attention.o_proj(context), k.mean(1)


def merge(hidden, size, metric, r):
    """Bipartite soft matching of even with odd tokens; hidden [B, N, C] -> [B, N - r, C], size [B, N - r, 1]."""
    metric = metric / metric.norm(dim=-1, keepdim=True)
    a, b = metric[..., ::2, :], metric[..., 1::2, :]
    scores = a @ b.transpose(-1, -2)
    scores[..., 0, :] = -math.inf
    best, best_destination = scores.max(dim=-1)
    order = best.argsort(dim=-1, descending=True)[..., None]
    unmerged, merged = order[..., r:, :], order[..., :r, :]
    destination = best_destination[..., None].gather(dim=-2, index=merged)
    unmerged = unmerged.sort(dim=1)[0]

    def reduce(x):
        sources, destinations = x[..., ::2, :], x[..., 1::2, :]
        batch, count, width = sources.shape
        kept = sources.gather(dim=-2, index=unmerged.expand(batch, count - r, width))
        moved = sources.gather(dim=-2, index=merged.expand(batch, r, width))
        summed = destinations.scatter_reduce(-2, destination.expand(batch, r, width), moved, reduce="sum")
        return torch.cat([kept, summed], dim=1)

    if size is None:
        size = torch.ones_like(hidden[..., 0, None])
    total = reduce(size)
    return reduce(hidden * size) / total, total
