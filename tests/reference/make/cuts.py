"""What scipy's cuts of a tree measure: tests/reference/cuts.json.

pip install scipy==1.17.1 scikit-learn==1.9.1 numpy==2.4.6 pandas==3.1.1 pyarrow==26.0.1
python tests/reference/make/cuts.py <shared folder> tests/reference/cuts.json

Sizes, inertia and indices are those of the labels of fcluster itself, written as one digit per row, not of the rows nearest to the clusters' means.
"""
import json
import sys

import numpy as np
import pandas as pd
import scipy
import sklearn
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

shared, target = sys.argv[1:3]
x = pd.read_parquet(f'{shared}/data/iris/iris.parquet')[['Sepal.Length', 'Sepal.Width', 'Petal.Length', 'Petal.Width']].to_numpy(float)


def measured(z, k):
    labels = fcluster(z, k, 'maxclust') - 1
    assert len(set(labels)) == k
    clusters = [x[labels == c] for c in range(k)]
    means = np.array([c.mean(0) for c in clusters])
    nearest = ((x[:, None, :] - means[None]) ** 2).sum(2).argmin(1)
    return dict(
        k=k,
        labels=''.join(map(str, labels)),
        sizes=sorted((len(c) for c in clusters), reverse=True),
        inertia=float(sum(((c - c.mean(0)) ** 2).sum() for c in clusters)),
        silhouette=float(silhouette_score(x, labels)),
        calinskiHarabasz=float(calinski_harabasz_score(x, labels)),
        daviesBouldin=float(davies_bouldin_score(x, labels)),
        nearerToAnotherMean=int((nearest != labels).sum()),
    )


result = dict(
    versions=dict(numpy=np.__version__, pandas=pd.__version__, scipy=scipy.__version__, sklearn=sklearn.__version__),
    iris={method: [measured(linkage(x, method), k) for k in range(2, 7)] for method in ['ward', 'average', 'complete']},
)
json.dump(result, open(target, 'w'), separators=(',', ':'))
