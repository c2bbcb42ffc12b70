"""Reference values for clustering, validity and components: tests/reference/clustering.json.

pip install scikit-learn==1.9.1 numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 pyarrow==26.0.1 kneed==0.9.0
python tests/reference/make/clustering.py <shared folder> tests/reference/clustering.json

Labels are written as one digit per row, so that the indices are compared on given labels whatever our own k-means finds.
"""
import json
import sys

import numpy as np
import pandas as pd
import scipy
import sklearn
from kneed import KneeLocator
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import (adjusted_rand_score, calinski_harabasz_score, davies_bouldin_score, silhouette_score)

shared, target = sys.argv[1:3]


def standardise(x):
    return (x - x.mean(0)) / x.std(0)


def online_retail():
    rfm = pd.read_parquet(f'{shared}/reference/online_retail_rfm.parquet').sort_values('CustomerID')
    return standardise(np.log1p(rfm[['recency', 'frequency', 'monetary']].to_numpy(float)))


def plain(name, columns):
    return pd.read_parquet(f'{shared}/data/{name}/{name}.parquet')[columns].to_numpy(float)


def labelled(x, k, seed):
    labels = KMeans(k, n_init=3, random_state=seed).fit_predict(x)
    means = np.array([x[labels == c].mean(0) for c in range(k)])
    return dict(
        k=k,
        labels=''.join(str(label) for label in labels),
        inertia=float(((x - means[labels]) ** 2).sum()),
        silhouette=float(silhouette_score(x, labels)),
        calinskiHarabasz=float(calinski_harabasz_score(x, labels)),
        daviesBouldin=float(davies_bouldin_score(x, labels)),
    )


def components(x):
    fit = PCA().fit(x)
    return dict(eigenvalues=fit.explained_variance_.tolist(), explained=fit.explained_variance_ratio_.tolist(), upToSign=fit.components_.tolist())


def knee(y):
    x = list(range(2, 2 + len(y)))
    found = KneeLocator(x, y, S=1.0, curve='convex', direction='decreasing').knee
    return dict(x=x, y=y, knee=None if found is None else int(found))


sets = dict(
    iris=plain('iris', ['Sepal.Length', 'Sepal.Width', 'Petal.Length', 'Petal.Width']),
    faithful=plain('faithful', ['eruptions', 'waiting']),
    online_retail=online_retail(),
)
ks = dict(iris=[2, 3, 5], faithful=[2, 4], online_retail=[2, 5, 10])
result = dict(
    versions=dict(numpy=np.__version__, pandas=pd.__version__, scikit_learn=sklearn.__version__, scipy=scipy.__version__),
    sets={
        name: dict(rows=len(x), labelled=[labelled(x, k, seed=k) for k in ks[name]], pca=components(x if name == 'online_retail' else standardise(x)))
        for name, x in sets.items()
    },
)
for entry in result['sets'].values():
    a, b = entry['labelled'][0]['labels'], entry['labelled'][1]['labels']
    entry['adjustedRand'] = float(adjusted_rand_score(list(a), list(b)))
curves = [[KMeans(k, n_init=5, random_state=0).fit(x).inertia_ for k in range(2, 11)] for x in sets.values()]
curves += [[10.0, 4.0, 3.0, 2.5, 2.2, 2.0], [9.0, 8.0, 7.0, 6.0, 5.0], [100.0, 60.0, 58.0, 30.0, 29.0, 28.0, 10.0, 9.0], [5.0, 4.9, 4.0, 1.0, 0.9, 0.8]]
result['knees'] = [knee([float(v) for v in curve]) for curve in curves]
json.dump(result, open(target, 'w'), indent=1)
