"""Reference values for density-based clustering: tests/reference/density.json.

pip install scikit-learn==1.9.1 numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 pyarrow==26.0.1 hdbscan==0.8.44
python tests/reference/make/density.py <shared folder> tests/reference/density.json

Labels are written as one character per row: '.' for noise, else the character of the alphabet at the place of the label.

- hdbscan: scikit-learn on the rows as they are. Its result depends on the order of the rows, for mutual reachability distances are often equal and
  their order is left to a sort; so the same rows are clustered in eleven more orders, and `agreement` (least adjusted Rand index of any two of the
  twelve) and `noise` (least, most) say how far it agrees with itself.
- ordered: scikit-learn's hierarchy, selection and probabilities, given edges whose ties are ordered by Euclidean distance. Values are rounded to six
  decimals, so that other languages can read the very same numbers. Left out is the one case where edges with both distances equal decide.
- predict: hdbscan.approximate_predict for points half way between rows 0 and 1, step and step + 1, and so on, of the rounded values.
- dbscan: scikit-learn.
"""
import itertools
import json
import string
import sys
import warnings

import hdbscan
import numpy as np
import pandas as pd
import scipy
import sklearn
from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.cluster._hdbscan._linkage import MST_edge_dtype, make_single_linkage
from sklearn.cluster._hdbscan._tree import tree_to_labels
from sklearn.metrics import adjusted_rand_score

from marketing import marketing

warnings.filterwarnings('ignore')
shared, target = sys.argv[1:3]


def standardise(x):
    return (x - x.mean(0)) / x.std(0)


def plain(name, columns):
    return pd.read_parquet(f'{shared}/data/{name}/{name}.parquet')[columns].to_numpy(float)


def online_retail():
    rfm = pd.read_parquet(f'{shared}/reference/online_retail_rfm.parquet').sort_values('CustomerID')
    return standardise(np.log1p(rfm[['recency', 'frequency', 'monetary']].to_numpy(float)))


iris = plain('iris', ['Sepal.Length', 'Sepal.Width', 'Petal.Length', 'Petal.Width'])
faithful = plain('faithful', ['eruptions', 'waiting'])
wide15, core5 = map(standardise, marketing(shared))
sets = {
    'iris': iris,
    'iris standardised': standardise(iris),
    'faithful': faithful,
    'faithful standardised': standardise(faithful),
    'online_retail': online_retail(),
    'marketing wide15': wide15,
    'marketing core5': core5,
}


ALPHABET = string.digits + string.ascii_letters + ''.join(map(chr, range(0xC0, 0x180)))


def encode(labels):
    return ''.join('.' if label < 0 else ALPHABET[label] for label in labels)


def in_some_order(x, size, samples, selection, seed):
    order = np.arange(len(x)) if seed is None else np.random.default_rng(seed).permutation(len(x))
    labels = np.empty(len(x), int)
    labels[order] = HDBSCAN(min_cluster_size=size, min_samples=samples, cluster_selection_method=selection, copy=True).fit_predict(x[order])
    return labels


def as_it_is(name, size, samples, selection='eom'):
    runs = [in_some_order(sets[name], size, samples, selection, seed) for seed in (None, *range(11))]
    noise = [int((run < 0).sum()) for run in runs]
    return dict(set=name, minClusterSize=size, minSamples=samples, selection=selection, k=int(runs[0].max() + 1),
                agreement=min(adjusted_rand_score(a, b) for a, b in itertools.combinations(runs, 2)),
                noise=[min(noise), max(noise)], labels=encode(runs[0]))


def squared_distances(x, row):
    """Four columns at a time, added in a fixed order: the same bits as the TypeScript."""
    padded = np.zeros((len(x), -(-x.shape[1] // 4) * 4))
    padded[:, :x.shape[1]] = (x - x[row]) ** 2
    total = np.zeros(len(x))
    for j in range(0, padded.shape[1], 4):
        total += (padded[:, j] + padded[:, j + 1]) + (padded[:, j + 2] + padded[:, j + 3])
    return total


def edges_by_both(x, samples):
    """Minimum spanning tree of (mutual reachability distance, squared distance), its edges in that order."""
    n = len(x)
    core = np.sqrt([np.partition(squared_distances(x, i), samples - 1)[samples - 1] for i in range(n)])
    reach, near, source = np.full(n, np.inf), np.full(n, np.inf), np.zeros(n, int)
    outside = np.ones(n, bool)
    row, edges = 0, []
    for _ in range(n - 1):
        outside[row] = False
        squared = squared_distances(x, row)
        mutual = np.maximum(np.maximum(core, core[row]), np.sqrt(squared))
        better = outside & ((mutual < reach) | ((mutual == reach) & (squared < near)))
        reach[better], near[better], source[better] = mutual[better], squared[better], row
        rest = np.flatnonzero(outside)
        row = rest[np.lexsort((near[rest], reach[rest]))[0]]
        edges.append((source[row], row, reach[row], near[row]))
    edges.sort(key=lambda edge: edge[2:])
    return np.array([edge[:3] for edge in edges], dtype=MST_edge_dtype)


def ordered(name, size, samples, selection='eom'):
    tree = make_single_linkage(edges_by_both(np.round(sets[name], 6), samples))
    labels, probabilities = tree_to_labels(tree, size, selection)
    return dict(set=name, minClusterSize=size, minSamples=samples, selection=selection, labels=encode(labels),
                probabilities=[float(f'{p:.9g}') for p in probabilities] if len(labels) < 300 else None,
                probabilitySum=float(probabilities.sum()))


def predicted(name, size, samples, step=1):
    x = np.round(sets[name], 6)
    method = hdbscan.HDBSCAN(min_cluster_size=size, min_samples=samples - 1, prediction_data=True,
                             algorithm='prims_kdtree', approx_min_span_tree=False)
    fit = method.fit(x)
    labels, probabilities = hdbscan.approximate_predict(fit, (x[:-1:step] + x[1::step]) / 2)
    return dict(set=name, minClusterSize=size, minSamples=samples, step=step, fit=encode(fit.labels_), labels=encode(labels),
                probabilities=[float(f'{p:.6g}') for p in probabilities])


def by_radius(name, eps, samples):
    fit = DBSCAN(eps=eps, min_samples=samples).fit(sets[name])
    core = np.zeros(len(sets[name]), int)
    core[fit.core_sample_indices_] = 1
    return dict(set=name, eps=eps, minSamples=samples, labels=encode(fit.labels_), core=''.join(map(str, core)))


small = [(5, 5), (10, 10), (15, 5)]
result = dict(
    versions=dict(numpy=np.__version__, pandas=pd.__version__, scikit_learn=sklearn.__version__, scipy=scipy.__version__, hdbscan='0.8.44'),
    alphabet=ALPHABET,
    hdbscan=[
        *[as_it_is(name, *parameters) for name in list(sets)[:4] for parameters in small],
        *[as_it_is('online_retail', *parameters) for parameters in [(5, 5), (25, 25), (50, 50), (100, 50)]],
        *[as_it_is(name, *parameters) for name in ['marketing wide15', 'marketing core5'] for parameters in [(5, 5), (25, 25), (50, 50), (25, 5)]],
        as_it_is('faithful standardised', 10, 10, 'leaf'),
        as_it_is('online_retail', 50, 50, 'leaf'),
    ],
    ordered=[
        *[ordered(name, *parameters) for name in list(sets)[:4] for parameters in small if (name, parameters) != ('faithful', (5, 5))],
        ordered('online_retail', 5, 5),
        ordered('online_retail', 25, 25),
        ordered('marketing wide15', 25, 5),
        ordered('marketing core5', 25, 5),
        ordered('faithful standardised', 10, 10, 'leaf'),
    ],
    predict=[
        predicted('iris standardised', 10, 10),
        predicted('faithful standardised', 15, 5),
        predicted('online_retail', 50, 50, 9),
        predicted('marketing wide15', 50, 50, 5),
    ],
    dbscan=[
        by_radius('iris', 0.55, 5),
        by_radius('faithful standardised', 0.31, 8),
        by_radius('online_retail', 0.17, 12),
        by_radius('marketing wide15', 2.1, 20),
        by_radius('marketing core5', 0.61, 12),
    ],
)
json.dump(result, open(target, 'w', encoding='utf-8'), indent=0, ensure_ascii=False)
