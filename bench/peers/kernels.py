"""Kernels of scikit-learn and fastcluster, timed on request.

usage: python kernels.py MATRIX COLS

MATRIX is little-endian f64, row by row. Each line on stdin is a request as JSON, each line on stdout its answer:
    {"kernel": "lloyd", "k": 8, "iterations": 20, "dtype": "f64" | "f32", "threads": 1}  -> ms per iteration, inertia
    {"kernel": "em", "k": 6, "iterations": 3, "threads": 1}                              -> ms per iteration, mean log-likelihood
    {"kernel": "silhouette", "k": 6, "threads": 1}                                       -> ms, the index on 10,000 rows
    {"kernel": "ward"}                                                                   -> ms, the three greatest heights on 10,000 rows
    {"kernel": "pca", "threads": 1}                                                      -> ms, the three greatest variances
Optional in each: "rows", to take the first so many rows only. An answer is {"ms", "wall_ms", "cpu_ms", "value"}; ms is wall.
"""
import json
import sys
import time

import fastcluster
import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

SAMPLE = 10_000


def start_rows(x, k):
    n = len(x)
    return x[[(2 * i + 1) * n // (2 * k) for i in range(k)]]


def start_labels(x, k):
    rows = start_rows(x, k)
    return np.argmin([((x - row) ** 2).sum(axis=1) for row in rows], axis=0)


def sample_of(x):
    step = max(1, len(x) // SAMPLE)
    return np.ascontiguousarray(x[::step][:SAMPLE])


class Stopwatch:
    """Wall and CPU time of the block."""

    def __enter__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_):
        self.wall, self.cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu


def lloyd(x, k=8, iterations=20, dtype="f64", **_):
    data = x.astype("f4") if dtype == "f32" else x
    model = KMeans(k, init=start_rows(data, k), n_init=1, max_iter=iterations, tol=0, algorithm="lloyd")
    with Stopwatch() as time_taken:
        model.fit(data)
    return time_taken, model.n_iter_, float(model.inertia_)


def em(x, k=6, iterations=3, **_):
    """The two steps themselves, as `fit` calls them: its own start (k-means) is not an iteration. Private names of the pinned version."""
    model = GaussianMixture(k, covariance_type="full")
    responsibilities = np.zeros((len(x), k))
    responsibilities[np.arange(len(x)), start_labels(x, k)] = 1
    model._initialize(x, responsibilities)
    with Stopwatch() as time_taken:
        for _ in range(iterations):
            likelihood, log_responsibilities = model._e_step(x)
            model._m_step(x, log_responsibilities)
    return time_taken, iterations, float(likelihood)


def silhouette(x, k=6, **_):
    sample = sample_of(x)
    labels = start_labels(x, k)[:: max(1, len(x) // SAMPLE)][:SAMPLE]
    with Stopwatch() as time_taken:
        value = silhouette_score(sample, labels)
    return time_taken, 1, float(value)


def ward(x, **_):
    sample = sample_of(x)
    with Stopwatch() as time_taken:
        tree = fastcluster.linkage_vector(sample, "ward")
    return time_taken, 1, [float(height) for height in tree[-3:, 2]]


def pca(x, **_):
    with Stopwatch() as time_taken:
        model = PCA(x.shape[1]).fit(x)
    return time_taken, 1, [float(variance) for variance in model.explained_variance_[:3]]


KERNELS = {"lloyd": lloyd, "em": em, "silhouette": silhouette, "ward": ward, "pca": pca}


def main():
    matrix = np.fromfile(sys.argv[1], dtype="<f8").reshape(-1, int(sys.argv[2]))
    for line in sys.stdin:
        request = json.loads(line)
        x = matrix[: request.get("rows", len(matrix))]
        with threadpool_limits(request.get("threads", 1)):
            taken, times, value = KERNELS[request.pop("kernel")](x, **request)
        ms = {"wall_ms": 1e3 * taken.wall / times, "cpu_ms": 1e3 * taken.cpu / times}
        print(json.dumps({"ms": ms["wall_ms"], **ms, "value": value}), flush=True)


main()
