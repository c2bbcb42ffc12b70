"""Reference values for Gaussian mixtures: tests/reference/mixture.json.

pip install scikit-learn==1.9.1 numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 pyarrow==26.0.1
python tests/reference/make/mixture.py <shared folder> tests/reference/mixture.json

Every fit starts from the same parameters: the named rows as means, equal proportions, and the covariance of all rows in the form of the
model. Without regularisation, as ours. The posteriors are those of every third row.
"""
import json
import sys
import warnings

import numpy as np
import pandas as pd
import scipy
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

shared, target = sys.argv[1:3]
warnings.simplefilter('ignore', ConvergenceWarning)
MODELS = dict(VVV='full', EEE='tied', VVI='diag', VII='spherical')


def plain(name, columns):
    return pd.read_parquet(f'{shared}/data/{name}/{name}.parquet')[columns].to_numpy(float)


def precisions(kind, x, k):
    covariance = np.cov(x.T, bias=True)
    return dict(
        full=lambda: np.repeat(np.linalg.inv(covariance)[None], k, axis=0),
        tied=lambda: np.linalg.inv(covariance),
        diag=lambda: np.repeat(1 / np.diag(covariance)[None], k, axis=0),
        spherical=lambda: np.full(k, 1 / np.diag(covariance).mean()),
    )[kind]()


def covariances(fit, kind, k, d):
    c = fit.covariances_
    return dict(
        full=lambda: c,
        tied=lambda: np.repeat(c[None], k, axis=0),
        diag=lambda: np.array([np.diag(row) for row in c]),
        spherical=lambda: np.array([np.eye(d) * value for value in c]),
    )[kind]().tolist()


def fitted(x, rows, model, iterations):
    kind, k = MODELS[model], len(rows)
    fit = GaussianMixture(k, covariance_type=kind, reg_covar=0, tol=0, max_iter=iterations, weights_init=np.full(k, 1 / k),
                          means_init=x[rows], precisions_init=precisions(kind, x, k)).fit(x)
    z = fit.predict_proba(x)
    log_z = np.log(np.where(z > 0, z, 1))
    bic = float(fit.bic(x))
    return dict(
        model=model,
        iterations=iterations,
        logLikelihood=float(fit.score(x) * len(x)),
        proportions=fit.weights_.tolist(),
        means=fit.means_.tolist(),
        covariances=covariances(fit, kind, k, x.shape[1]),
        labels=''.join(str(label) for label in fit.predict(x)),
        posteriors=z[::3].tolist(),
        df=int(fit._n_parameters()),
        bic=bic,
        aic=float(fit.aic(x)),
        icl=float(bic - 2 * log_z[np.arange(len(x)), z.argmax(1)].sum()),
        entropy=float(1 + (z * log_z).sum() / (len(x) * np.log(k))),
    )


sets = dict(
    iris=(plain('iris', ['Sepal.Length', 'Sepal.Width', 'Petal.Length', 'Petal.Width']), [0, 60, 120]),
    faithful=(plain('faithful', ['eruptions', 'waiting']), [0, 1]),
)
result = dict(
    versions=dict(numpy=np.__version__, pandas=pd.__version__, scikit_learn=sklearn.__version__, scipy=scipy.__version__),
    sets={
        name: dict(rows=len(x), startRows=rows, fits=[fitted(x, rows, model, iterations) for model in MODELS for iterations in (3, 300)])
        for name, (x, rows) in sets.items()
    },
)
json.dump(result, open(target, 'w'), indent=None, separators=(',', ':'))
