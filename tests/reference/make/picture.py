"""Reference values for the map of the neighbourhoods: tests/reference/picture.json.

pip install umap-learn==0.5.12 scikit-learn==1.9.1 numpy==2.4.6 pandas==3.1.1 pyarrow==26.0.1
python tests/reference/make/picture.py <shared folder> tests/reference/picture.json

`fixed`: trustworthiness of given maps of given rows without tied distances. `sets`: trustworthiness of umap-learn's own maps, 15 neighbours, one per seed.
"""
import json
import sys

import numpy as np
import pandas as pd
import sklearn
import umap
from scipy.spatial.distance import pdist
from sklearn.manifold import trustworthiness

shared, target = sys.argv[1:3]
rng = np.random.default_rng(20010321)
NEIGHBOURS = 15


def fixed(n, d, k, noise):
    """A map of the first two columns with noise: between a good one and a random one."""
    x = rng.normal(size=(n, d))
    shown = x[:, :2] + noise * rng.normal(size=(n, 2))
    for rows in (x, shown):
        assert len(np.unique(pdist(rows))) == n * (n - 1) // 2
    return dict(k=k, x=x.tolist(), map=shown.tolist(), value=float(trustworthiness(x, shown, n_neighbors=k)))


def mapped(x):
    values = [float(trustworthiness(x, umap.UMAP(n_neighbors=NEIGHBOURS, random_state=seed).fit_transform(x), n_neighbors=NEIGHBOURS)) for seed in range(5)]
    return dict(rows=len(x), neighbours=NEIGHBOURS, values=values)


def standardised(x):
    return (x - x.mean(0)) / x.std(0)


iris = pd.read_parquet(f'{shared}/data/iris/iris.parquet')
rfm = pd.read_parquet(f'{shared}/reference/online_retail_rfm.parquet').sort_values('CustomerID')
retail = standardised(np.log1p(rfm[['recency', 'frequency', 'monetary']].to_numpy(float)))
sample = np.arange(1000) * len(retail) // 1000
result = dict(
    versions=dict(numpy=np.__version__, pandas=pd.__version__, scikit_learn=sklearn.__version__, umap_learn=umap.__version__),
    fixed=[fixed(*case) for case in [(60, 5, 15, 0.1), (60, 3, 29, 0.0), (100, 6, 5, 1.0), (40, 2, 1, 3.0)]],
    sets=dict(iris=mapped(iris.drop(columns='Species').to_numpy(float)), onlineRetail=mapped(retail[sample])),
)
with open(target, 'w') as file:
    json.dump(result, file, separators=(',', ':'))
    file.write('\n')
