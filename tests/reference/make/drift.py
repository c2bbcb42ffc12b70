"""Reference values for drift: tests/reference/drift.json.

pip install evidently==0.7.23 scipy==1.17.1 numpy==2.4.6 pandas==2.3.3
python tests/reference/make/drift.py tests/reference/drift.json

psi is Evidently's own stat test, called as its drift reports do: on columns without missing values, of the type "num". Columns are floats: NumPy
makes other bins of integers. D is the statistic of SciPy's ks_2samp, whose p-value Evidently's `ks` is.
"""
import json
import sys
from statistics import NormalDist

import evidently
import numpy as np
import pandas as pd
import scipy
from evidently.legacy.calculations.stattests import psi_stat_test
from evidently.legacy.core import ColumnType
from scipy.stats import ks_2samp, norm

rng = np.random.default_rng(20110526)


def compare(name, a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    psi = psi_stat_test.func(pd.Series(a), pd.Series(b), ColumnType.Numerical, 0.1)
    return dict(name=name, reference=a.tolist(), current=b.tolist(), psi=float(psi[0]), ks=float(ks_2samp(a, b).statistic))


def rounded(values):
    return np.round(values, 6)


cases = [
    compare('normal', rounded(rng.normal(0, 1, 300)), rounded(rng.normal(0.3, 1.2, 411))),
    compare('the same', *[rounded(rng.normal(0, 1, 64))] * 2),
    compare('log-normal with a far tail', rounded(rng.lognormal(0, 2, 500)), rounded(rng.lognormal(0.1, 2, 500))),
    compare('a power of two together', rounded(rng.exponential(1, 100)), rounded(rng.exponential(2, 156))),
    compare('counts with ties', rng.poisson(30, 400), rng.poisson(33, 350)),
    compare('20 values', np.arange(200) % 20, np.arange(300) % 23),
    compare('21 values', np.arange(210) % 21, np.arange(300) % 23),
    compare('0 and 1', rng.integers(0, 2, 90), rng.random(150) < 0.3),
    compare('nothing in common', rounded(rng.uniform(0, 1, 40)), rounded(rng.uniform(5, 6, 30))),
    compare('few values, none in common', [1.0] * 5, [2.0] * 7),
    compare('values on the edges of bins', np.arange(128) / 8, np.arange(0, 128, 2) / 8),
    compare('rare: 1 of 20,000', np.r_[np.zeros(19999), 1.0], np.r_[np.zeros(900), np.ones(100)]),
    compare('one value more today', np.zeros(50), np.r_[np.zeros(50), 7.0]),
]
quantiles = [dict(p=p, z=float(norm.ppf(p))) for p in [0.5, 0.3, 0.07, 0.01, 0.001, 0.0005 / 6, 1e-9, 1e-14, 0.9995]]
assert all(abs(q['z'] - NormalDist().inv_cdf(q['p'])) < 1e-12 for q in quantiles)

result = dict(
    versions=dict(evidently=evidently.__version__, scipy=scipy.__version__, numpy=np.__version__, pandas=pd.__version__),
    cases=cases,
    quantiles=quantiles,
)
json.dump(result, open(sys.argv[1], 'w'), indent=None, separators=(',', ':'))
open(sys.argv[1], 'a').write('\n')
