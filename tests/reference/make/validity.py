"""Reference values for the validity measures: tests/reference/validity.json.

pip install scikit-learn==1.9.1 numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 pyarrow==26.0.1
python tests/reference/make/validity.py <shared folder> tests/reference/validity.json

Labels are written as one character per row, '-' for unassigned, so that each measure is compared on given labels. What the papers define over pairs
of rows is computed here over pairs of rows.
"""
import json
import sys

import numpy as np
import pandas as pd
import scipy
import sklearn
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import pdist, squareform
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_samples

shared, target = sys.argv[1:3]
rng = np.random.default_rng(20010321)


def plain(name, columns):
    return pd.read_parquet(f'{shared}/data/{name}/{name}.parquet')[columns].to_numpy(float)


def write(labels):
    return ''.join('-' if label < 0 else str(label) for label in labels)


def pooled_within(x, labels):
    """Equation (2) of the paper: sum over clusters of all pairwise squared distances over 2n."""
    return sum(squareform(pdist(x[labels == c], 'sqeuclidean')).sum() / (2 * (labels == c).sum()) for c in np.unique(labels))


def clusterings(x, ks):
    return [KMeans(k, n_init=10, random_state=k).fit_predict(x) for k in ks]


def gap_of(ks, log_w, reference):
    """Steps 2 and 3 of the paper's section 3."""
    draws = len(reference)
    mean = np.mean(reference, axis=0)
    se = np.std(reference, axis=0) * np.sqrt(1 + 1 / draws)
    gap = mean - log_w
    chosen = next((k for i, k in enumerate(ks[:-1]) if gap[i] >= gap[i + 1] - se[i + 1]), None)
    return dict(gap=gap.tolist(), se=se.tolist(), k=chosen)


def gap(x, draws=10):
    ks = list(range(1, 9))
    labels = clusterings(x, ks)
    log_w = [float(np.log(pooled_within(x, each))) for each in labels]
    centred = x - x.mean(0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    scores = centred @ axes.T
    low, high = scores.min(0), scores.max(0)
    reference = []
    for _ in range(draws):
        z = rng.uniform(low, high, size=x.shape) @ axes + x.mean(0)
        reference.append([float(np.log(pooled_within(z, each))) for each in clusterings(z, ks)])
    box = [dict(axis=axis.tolist(), low=float(a), high=float(b)) for axis, a, b in zip(axes, low, high)]
    return dict(ks=ks, labels=[write(each) for each in labels], logW=log_w, reference=reference, box=box, **gap_of(ks, log_w, reference))


def strength(own, predicted, k):
    """Equation (2.1) of the paper over all ordered pairs; a cluster without a pair is 1, as in fpc."""
    per_cluster = []
    for c in range(k):
        members = np.flatnonzero(own == c)
        pairs = [(i, j) for i in members for j in members if i != j]
        kept = sum(predicted[i] == predicted[j] and predicted[i] >= 0 for i, j in pairs)
        per_cluster.append(kept / len(pairs) if pairs else 1.0)
    return dict(own=write(own), predicted=write(predicted), k=k, perCluster=per_cluster, value=min(per_cluster))


def strengths(x):
    order = rng.permutation(len(x))
    train, test = x[order[:len(x) // 2]], x[order[len(x) // 2:]]
    for k in range(2, 6):
        own = KMeans(k, n_init=10, random_state=0).fit_predict(test)
        yield strength(own, KMeans(k, n_init=10, random_state=0).fit(train).predict(test), k)
    for k, n in [(1, 5), (3, 4), (4, 40), (6, 7)]:
        yield strength(rng.integers(-1, k, n), rng.integers(-1, k, n), k)


def matched(a, b, ka, kb):
    jaccard = np.zeros((ka, kb))
    for c in range(ka):
        for d in range(kb):
            either = ((a == c) | (b == d)).sum()
            jaccard[c, d] = ((a == c) & (b == d)).sum() / either if either else 0
    rows, columns = linear_sum_assignment(jaccard, maximize=True)
    used = [c for c in range(ka) if (a == c).any()]
    total = jaccard[rows, columns].sum()
    return dict(a=write(a), b=write(b), ka=ka, kb=kb, mean=float(total / len(used)))


def agreeing(n, ka, kb, noise):
    """Two labellings that agree but for some rows, with some rows in no cluster."""
    a = rng.integers(0, ka, n)
    b = np.where(rng.random(n) < noise, rng.integers(0, kb, n), (a + 1) % kb)
    return np.where(rng.random(n) < 0.1, -1, a), np.where(rng.random(n) < 0.1, -1, b)


def pair(n, ka, kb):
    a, b = rng.integers(0, ka, n), rng.integers(0, kb, n)
    return dict(a=write(a), b=write(b), value=float(adjusted_rand_score(a, b)))


def shift(x, k):
    """Cohen's d with the mean of the two variances, of labels with gaps."""
    half = len(x) // 2
    earlier, later = rng.integers(-1, k, half), rng.integers(-1, k, len(x) - half)
    a, b = x[:half], x[half:]
    d = [((b[later == p].mean(0) - a[earlier == p].mean(0)) / np.sqrt((a[earlier == p].var(0, ddof=1) + b[later == p].var(0, ddof=1)) / 2)).tolist()
         for p in range(k)]
    return dict(k=k, earlier=write(earlier), later=write(later), d=d)


def stratified():
    """Cochran 5.1 and 5.12 on a drawn sample."""
    sizes, drawn = [40, 9, 300], [8, 9, 60]
    values = [rng.normal(h, h + 1, m) for h, m in enumerate(drawn)]
    share = np.array(sizes) / sum(sizes)
    variance = sum(w**2 * (1 - m / n) * v.var(ddof=1) / m for w, n, m, v in zip(share, sizes, drawn, values))
    return dict(sizes=sizes, values=[v.tolist() for v in values], value=float(sum(w * v.mean() for w, v in zip(share, values))),
                standardError=float(np.sqrt(variance)))


sets = dict(
    iris=plain('iris', ['Sepal.Length', 'Sepal.Width', 'Petal.Length', 'Petal.Width']),
    faithful=plain('faithful', ['eruptions', 'waiting']),
)
result = dict(
    versions=dict(numpy=np.__version__, pandas=pd.__version__, scikit_learn=sklearn.__version__, scipy=scipy.__version__),
    sets={
        name: dict(
            gap=gap(x),
            silhouettes=[dict(k=k, labels=write(labels), values=silhouette_samples(x, labels).tolist())
                         for k, labels in zip([2, 4], clusterings(x, [2, 4]))],
            shift=shift(x, 3),
        )
        for name, x in sets.items()
    },
    strengths=list(strengths(sets['iris'])),
    adjustedRand=[pair(*case) for case in [(2, 2, 2), (7, 3, 2), (50, 4, 4), (200, 9, 3), (30, 1, 5), (9, 9, 9)]],
    matched=[matched(*agreeing(n, ka, kb, noise), ka, kb) for n, ka, kb, noise in
             [(60, 3, 3, 0.2), (200, 5, 5, 0.5), (200, 6, 4, 0.3), (200, 4, 7, 0.3), (12, 3, 3, 1.0)]],
    stratified=stratified(),
)
json.dump(result, open(target, 'w'), indent=None, separators=(',', ':'))
open(target, 'a').write('\n')
