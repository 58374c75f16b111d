"""A measure of captions in the manner of CIDEr, for watching a run; the published figure is the tool's.

Source: Vedantam et al., "CIDEr", CVPR 2015, without stemming, and with document frequencies of the references at hand.
"""

import math
import re
from collections import Counter

ORDERS = (1, 2, 3, 4)


def cider_like(candidates: list[str], references: list[list[str]]) -> float:
    """Ten times the mean cosine of tf-idf vectors of n-grams, over orders and references."""
    grams = [[counted(text) for text in texts] for texts in references]
    documents = Counter(gram for texts in grams for gram in set().union(*texts))
    weigh = lambda counts: {g: n * (math.log(len(references)) - math.log(max(1, documents[g]))) for g, n in counts.items()}
    scores = []
    for candidate, texts in zip(candidates, grams):
        mine = weigh(counted(candidate))
        scores += [cosine(mine, weigh(text), order) for text in texts for order in ORDERS]
    return 10 * sum(scores) / len(scores)


def counted(text: str) -> Counter:
    tokens = re.findall(r'\w+', text.lower())
    return Counter(tuple(tokens[i : i + n]) for n in ORDERS for i in range(len(tokens) - n + 1))


def cosine(a: dict, b: dict, order: int) -> float:
    dot, first, second = (
        sum(x * y.get(gram, 0.0) for gram, x in z.items() if len(gram) == order) for z, y in ((a, b), (a, a), (b, b))
    )
    return dot / math.sqrt(first * second) if first * second > 0 else 0.0


def exact(candidates: list[str], references: list[list[str]]) -> float:
    """Share of captions that are, word for word, one of the references."""
    plain = lambda text: re.findall(r'\w+', text.lower())
    hits = [plain(text) in [plain(other) for other in others] for text, others in zip(candidates, references)]
    return sum(hits) / len(hits)
