"""Sum of squared distances to the nearest centroid over all customers: given centroids, and those of scikit-learn with ten starts.

usage: python inertia.py MATRIX.parquet CENTROIDS.json

The matrix is a run's prepare.matrix (pid and the columns of the model), the centroids [{"k", "rows"}] in the same columns. Prints one JSON object.
"""
import json
import sys

import numpy as np
import pyarrow.parquet
from sklearn.cluster import KMeans


def inertia(x, centroids):
    nearest = np.full(len(x), np.inf)
    for centroid in centroids:
        np.minimum(nearest, ((x - centroid) ** 2).sum(axis=1), out=nearest)
    return float(nearest.sum())


def main():
    # An object of a store has no file type, so it is opened as a file and not found by name.
    with open(sys.argv[1], "rb") as file:
        table = pyarrow.parquet.read_table(file)
    x = np.column_stack([table[name].to_numpy() for name in table.column_names if name != "pid"])
    with open(sys.argv[2]) as file:
        ours = json.load(file)
    by_k = [
        {"k": fit["k"], "ours": inertia(x, np.array(fit["rows"])), "peer": float(KMeans(fit["k"], n_init=10, random_state=0).fit(x).inertia_)}
        for fit in ours
    ]
    print(json.dumps({"n": len(x), "d": x.shape[1], "byK": by_k}))


main()
