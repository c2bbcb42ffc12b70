"""Reference trees for hierarchical clustering: tests/reference/hierarchical.json.

pip install scipy==1.17.1 numpy==2.4.6 pandas==3.1.1 pyarrow==26.0.1
python tests/reference/make/hierarchical.py <shared folder> tests/reference/hierarchical.json

Of a large tree the 50 highest merges, every 100th from below, and the sum of all heights.
"""
import json
import sys

import numpy as np
import pandas as pd
import scipy
from scipy.cluster.hierarchy import fcluster, linkage

from marketing import marketing

shared, target = sys.argv[1:3]
LINKAGES = ['ward', 'average', 'complete']


def standardise(x):
    return (x - x.mean(0)) / x.std(0)


def online_retail():
    rfm = pd.read_parquet(f'{shared}/reference/online_retail_rfm.parquet').sort_values('CustomerID')
    return standardise(np.log1p(rfm[['recency', 'frequency', 'monetary']].to_numpy(float)))


def plain(name, columns):
    return pd.read_parquet(f'{shared}/data/{name}/{name}.parquet')[columns].to_numpy(float)


def cuts(z):
    """Labels of ten clusters, one digit per row, and for fewer clusters which of the ten go together. Only where no tie leaves it open."""
    finest = fcluster(z, 10, 'maxclust') - 1
    assert len(set(finest)) == 10
    first = [int(np.flatnonzero(finest == label)[0]) for label in range(10)]
    together = {}
    for k in range(2, 11):
        labels = fcluster(z, k, 'maxclust') - 1
        if len(set(labels)) < k:
            continue
        assert all(len(set(labels[finest == label])) == 1 for label in range(10))
        together[k] = ''.join(str(labels[row]) for row in first)
    return dict(ten=''.join(str(label) for label in finest), together=together)


def tree(x, method):
    z = linkage(x, method)
    heights = z[:, 2]
    if len(x) <= 500:
        some = dict(heights=heights.tolist())
    else:
        some = dict(highest=heights[::-1][:50].tolist(), every100th=heights[::100].tolist())
    return dict(sum=float(heights.sum()), **some, cuts=cuts(z))


def scaling(x):
    """So that the test can standardise to the same bits: where distances tie, the last bit of a value decides about the tree."""
    return dict(mean=x.mean(0).tolist(), sd=x.std(0).tolist())


iris = plain('iris', ['Sepal.Length', 'Sepal.Width', 'Petal.Length', 'Petal.Width'])
faithful = plain('faithful', ['eruptions', 'waiting'])
wide15, core5 = marketing(shared)
sets = dict(iris=iris, iris_standardised=standardise(iris), faithful=faithful, faithful_standardised=standardise(faithful), online_retail=online_retail(),
            marketing_wide15=standardise(wide15), marketing_core5=standardise(core5))
scaled = dict(iris_standardised=scaling(iris), faithful_standardised=scaling(faithful), marketing_wide15=scaling(wide15), marketing_core5=scaling(core5))
result = dict(
    versions=dict(numpy=np.__version__, pandas=pd.__version__, scipy=scipy.__version__),
    sets={
        name: dict(rows=len(x), scaling=scaled.get(name), trees={method: tree(x, method) for method in LINKAGES})
        for name, x in sets.items()
    },
)
json.dump(result, open(target, 'w'), separators=(',', ':'))
