"""Reference numbers for the stage prepare: skewness, Yeo-Johnson lambda, quantiles and log-ratios.

pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
python tests/reference/make/prepare.py > tests/reference/prepare.json
"""
import json
import sys

import numpy as np
import scipy
import sklearn
from scipy import stats
from scipy.special import logit
from sklearn.preprocessing import PowerTransformer, StandardScaler

rng = np.random.default_rng(20261122)
columns = {
    "lognormal": rng.lognormal(3, 1.2, 200),
    "negative_tail": 50 - rng.gamma(1.5, 8, 200),
    "both_signs": rng.standard_t(3, 200) ** 3,
    "counts": rng.negative_binomial(1, 0.15, 200) + 1.0,
    "all_negative": -rng.lognormal(2, 0.8, 200),
    "large": rng.lognormal(12, 0.9, 200),
}
columns = {name: np.round(values, 6) for name, values in columns.items()}


def describe(x):
    power = PowerTransformer(method="yeo-johnson", standardize=False)
    transformed = power.fit_transform(x[:, None])[:, 0]
    return {
        "values": x.tolist(),
        "skewness": float(stats.skew(x)),
        "lambda": float(power.lambdas_[0]),
        "log_likelihood": float(stats.yeojohnson_llf(power.lambdas_[0], x)),
        "transformed_first_five": transformed[:5].tolist(),
        "skewness_after": float(stats.skew(transformed)),
        "quantiles": {str(p): float(np.quantile(x, p)) for p in (0.005, 0.25, 0.5, 0.995)},
        "scaled_first_five": StandardScaler().fit_transform(x[:, None])[:5, 0].tolist(),
    }


def pivot_coordinates(parts):
    """Pivot coordinates of one composition, from scipy's geometric mean: Egozcue et al. 2003."""
    d = len(parts)
    return [
        float(np.sqrt((d - i) / (d - i + 1)) * np.log(parts[i - 1] / stats.gmean(parts[i:])))
        for i in range(1, d)
    ]


pseudo_count = 0.01
shares = np.round(rng.dirichlet([2, 1, 0.4, 0.2], 6), 6)
shares[0] = [1, 0, 0, 0]
closed = (shares + pseudo_count) / (shares + pseudo_count).sum(axis=1, keepdims=True)
lone = [0.0, 0.1, 0.5, 1.0]
json.dump(
    {
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__, "scikit_learn": sklearn.__version__},
        "columns": {name: describe(x) for name, x in columns.items()},
        "compositions": {"pseudo_count": pseudo_count, "parts": shares.tolist(), "ilr": [pivot_coordinates(row) for row in closed]},
        # (p + c) / (1 + 2c) has the same odds as (p + c) / (1 - p + c)
        "logit": {"pseudo_count": pseudo_count, "shares": lone, "values": [float(logit((p + pseudo_count) / (1 + 2 * pseudo_count))) for p in lone]},
        "correlation": np.corrcoef(columns["lognormal"], columns["counts"])[0, 1],
    },
    sys.stdout,
    indent=1,
)
print()
