"""What scikit-learn finds of the example shop's planted behaviours, on the very matrix that ours works on: tests/reference/shop.json.

pip install scikit-learn==1.9.1 numpy==2.4.6 pandas==3.1.1 scipy==1.17.1
DRAMATIS_SHOP_CUSTOMERS=3000 DRAMATIS_SHOP_EXPORT=shop.csv npx jest tests/reference/shop.test.ts
python tests/reference/make/shop.py shop.csv 3000 tests/reference/shop.json

The first command generates the shop's exports for so many customers (without it: as many as the JSON says), takes them through the stages from extract to
prepare, and writes the prepared matrix to nine decimals with the planted behaviour of each customer. Rows are in the order of customer numbers.

As many clusters as behaviours are asked for. KMeans and GaussianMixture start 20 times; GaussianMixture without regularisation, to 1e-8; `narrowest` is
the smallest eigenvalue of its covariances, each column in units of its standard deviation: a collapsed component has hardly any. HDBSCAN finds
its number itself; rows in no cluster are a group of their own.
With a fourth argument "short" AgglomerativeClustering and HDBSCAN are left out: they take the square of the rows.
"""
import hashlib
import json
import sys
import warnings

import numpy as np
import pandas as pd
import scipy
import sklearn
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

warnings.filterwarnings('ignore')
source, customers, target = sys.argv[1:4]
short = sys.argv[4:] == ['short']
table = pd.read_csv(source, keep_default_na=False)
columns = [name for name in table.columns if name != 'behaviour']
x = table[columns].to_numpy(float)
planted = (table.behaviour != '').to_numpy()
truth = table.behaviour[planted].to_numpy()
k = len(set(truth))


def found(labels):
    return float(adjusted_rand_score(truth, labels[planted]))


def kmeans():
    fit = KMeans(k, n_init=20, random_state=0).fit(x)
    return dict(adjustedRand=found(fit.labels_), inertia=float(fit.inertia_))


def mixture(covariance):
    fit = GaussianMixture(k, covariance_type=covariance, n_init=20, tol=1e-8, max_iter=2000, reg_covar=0, random_state=0).fit(x)
    of = {'full': lambda: fit.covariances_, 'diag': lambda: [np.diag(c) for c in fit.covariances_], 'tied': lambda: [fit.covariances_]}[covariance]()
    sd = x.std(0)
    narrowest = min(np.linalg.eigvalsh(c / np.outer(sd, sd)).min() for c in of)
    return dict(adjustedRand=found(fit.predict(x)), logLikelihood=float(fit.score(x) * len(x)), narrowest=float(narrowest))


def hdbscan(size, samples):
    labels = HDBSCAN(min_cluster_size=size, min_samples=samples, copy=True).fit(x).labels_
    return dict(minClusterSize=size, minSamples=samples, k=int(labels.max() + 1), adjustedRand=found(labels), noise=float((labels < 0).mean()))


result = dict(
    versions=dict(numpy=np.__version__, pandas=pd.__version__, scipy=scipy.__version__, sklearn=sklearn.__version__),
    customers=int(customers),
    rows=len(x),
    columns=columns,
    matrix=hashlib.sha256(open(source, 'rb').read()).hexdigest(),
    behaviours=k,
    kmeans=kmeans(),
    mixture={covariance: mixture(covariance) for covariance in ['full', 'diag', 'tied']},
    ward=None if short else dict(adjustedRand=found(AgglomerativeClustering(k, linkage='ward').fit(x).labels_)),
    hdbscan=[] if short else [hdbscan(round(len(x) * share), 10) for share in [0.01, 0.02, 0.05]],
)
json.dump(result, open(target, 'w'), indent=1)
