"""Lloyd's iteration of scikit-learn in one thread on the same rows and first centroids as kmeans.ts: kmeans_peer.py FILE ROWS COLS K ITERATIONS. One JSON line, ms per iteration (wall and CPU)."""
import json
import sys
import time

import numpy as np
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

path, rows, cols, k, iterations = sys.argv[1], *map(int, sys.argv[2:6])
x = np.fromfile(path).reshape(rows, cols)
result = {"kernel": "scikit-learn"}
with threadpool_limits(1):
    for name, values in (("f64", x), ("f32", x.astype(np.float32))):
        wall, cpu = [], []
        for _ in range(5):
            started, used = time.perf_counter(), time.process_time()
            model = KMeans(k, init=values[:k], n_init=1, max_iter=iterations, tol=0, algorithm="lloyd").fit(values)
            wall.append((time.perf_counter() - started) * 1e3 / model.n_iter_)
            cpu.append((time.process_time() - used) * 1e3 / model.n_iter_)
        result[name] = {"wall": sorted(wall)[2], "cpu": sorted(cpu)[2], "iterations": model.n_iter_, "inertia": float(model.inertia_)}
print(json.dumps(result))
