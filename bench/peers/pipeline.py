"""What a data scientist would write instead: order lines in, personas out, with pandas, polars or DuckDB before scikit-learn.

usage: python pipeline.py pandas|polars|duckdb TRANSACTIONS OUT [--prep-only] [--mixtures] [--k-max 10] [--starts 10]

Lines without a customer and cancelled ones go; what a line is worth is capped at its 99th percentile; twelve features per customer; log1p of
the first six, all standardised; k-means for k = 2..k-max with so many starts each and the silhouette of 10,000 customers; with --mixtures
also Gaussian mixtures with full covariances for every k, compared by BIC; the k of the best silhouette becomes personas.parquet and
assignments.parquet. --prep-only ends after the features and writes the standardised matrix (prepared.f64, little-endian f64, row by row).
Prints one JSON line: wall and CPU seconds of each stage, and what was found.
"""
import argparse
import json
import os
import time

FEATURES = [
    "recency", "frequency", "monetary", "aov", "tenure", "gap",  # these six are skewed
    "n_categories", "top_share", "discount_rate", "return_rate", "mobile_share", "weekend_share",
]  # fmt: skip
SKEWED = 6
DAY = 86_400
NO_GAP = 365.0  # days between orders of who ordered once
CAP = 0.99


class Stages:
    """Seconds (wall, CPU) between one call and the next, under the name given at the end of the stage."""

    def __init__(self):
        self.seconds, self.wall, self.cpu = {}, time.perf_counter(), time.process_time()

    def done(self, name):
        wall, cpu = time.perf_counter(), time.process_time()
        before = self.seconds.get(name, (0, 0))
        self.seconds[name] = (before[0] + wall - self.wall, before[1] + cpu - self.cpu)
        self.wall, self.cpu = wall, cpu


def pandas_features(path, stages):
    import numpy as np
    import pandas as pd

    stages.done("import")
    lines = pd.read_parquet(path)
    stages.done("extract")
    lines = lines[lines.customer_id.notna() & (lines.status != "cancelled")].copy()
    lines["customer_id"] = lines.customer_id.astype("int64")
    lines["amount"] = lines.quantity * lines.unit_price * (1 - lines.discount)
    lines["amount"] = lines.amount.clip(upper=lines.amount.quantile(CAP))
    stages.done("clean")
    lines["was_returned"] = lines.status == "returned"
    lines["was_mobile"] = lines.channel == "mobile"
    lines["was_weekend"] = lines.order_ts.dt.day_of_week >= 5
    lines["was_discounted"] = lines.discount > 0
    last_moment = lines.order_ts.max()
    customers = lines.groupby("customer_id", sort=True).agg(
        newest=("order_ts", "max"),
        oldest=("order_ts", "min"),
        frequency=("order_id", "nunique"),
        monetary=("amount", "sum"),
        lines=("amount", "size"),
        n_categories=("category_id", "nunique"),
        discount_rate=("was_discounted", "mean"),
        return_rate=("was_returned", "mean"),
        mobile_share=("was_mobile", "mean"),
        weekend_share=("was_weekend", "mean"),
    )
    by_category = lines.groupby(["customer_id", "category_id"]).size()
    customers["top_share"] = by_category.groupby(level=0).max() / customers.lines
    customers["recency"] = (last_moment - customers.newest).dt.total_seconds() / DAY
    customers["tenure"] = (customers.newest - customers.oldest).dt.total_seconds() / DAY
    customers["aov"] = customers.monetary / customers.frequency
    gaps = (customers.frequency - 1).clip(lower=1)
    customers["gap"] = np.where(customers.frequency > 1, customers.tenure / gaps, NO_GAP)
    ids, values = customers.index.to_numpy(), customers[FEATURES].to_numpy("float64")
    stages.done("features")
    return ids, values


def polars_features(path, stages):
    import polars as pl

    stages.done("import")
    kept = pl.col("customer_id").is_not_null() & (pl.col("status") != "cancelled")
    amount = pl.col("quantity") * pl.col("unit_price") * (1 - pl.col("discount"))
    lines = pl.scan_parquet(path).filter(kept).with_columns(amount=amount).collect()
    stages.done("extract")
    cap = lines["amount"].quantile(CAP, "linear")
    lines = lines.with_columns(pl.col("amount").clip(upper_bound=cap))
    stages.done("clean")
    last_moment = lines["order_ts"].max()
    lazy = lines.lazy()
    customers = lazy.group_by("customer_id").agg(
        newest=pl.col("order_ts").max(),
        oldest=pl.col("order_ts").min(),
        frequency=pl.col("order_id").n_unique(),
        monetary=pl.col("amount").sum(),
        lines=pl.len(),
        n_categories=pl.col("category_id").n_unique(),
        discount_rate=(pl.col("discount") > 0).mean(),
        return_rate=(pl.col("status") == "returned").mean(),
        mobile_share=(pl.col("channel") == "mobile").mean(),
        weekend_share=(pl.col("order_ts").dt.weekday() >= 6).mean(),
    )
    by_category = lazy.group_by("customer_id", "category_id").agg(count=pl.len())
    most = by_category.group_by("customer_id").agg(most=pl.col("count").max())
    customers = (
        customers.join(most, on="customer_id")
        .with_columns(
            recency=(last_moment - pl.col("newest")).dt.total_seconds() / DAY,
            tenure=(pl.col("newest") - pl.col("oldest")).dt.total_seconds() / DAY,
            aov=pl.col("monetary") / pl.col("frequency"),
            top_share=pl.col("most") / pl.col("lines"),
        )
        .with_columns(gap=pl.when(pl.col("frequency") > 1).then(pl.col("tenure") / (pl.col("frequency") - 1)).otherwise(NO_GAP))
        .sort("customer_id")
        .collect()
    )
    ids = customers["customer_id"].to_numpy()
    values = customers.select([pl.col(name).cast(pl.Float64) for name in FEATURES]).to_numpy()
    stages.done("features")
    return ids, values


CUSTOMERS_SQL = f"""
WITH most AS (
  SELECT customer_id, max(lines) AS most
  FROM (SELECT customer_id, category_id, count(*) AS lines FROM lines GROUP BY ALL)
  GROUP BY customer_id
), per_customer AS (
  SELECT
    customer_id,
    max(order_ts) AS newest,
    min(order_ts) AS oldest,
    count(DISTINCT order_id) AS frequency,
    sum(least(uncapped, getvariable('cap'))) AS monetary,
    count(*) AS lines,
    count(DISTINCT category_id) AS n_categories,
    avg((discount > 0)::INT) AS discount_rate,
    avg((status = 'returned')::INT) AS return_rate,
    avg((channel = 'mobile')::INT) AS mobile_share,
    avg((isodow(order_ts) >= 6)::INT) AS weekend_share
  FROM lines
  GROUP BY customer_id
)
SELECT
  customer_id,
  epoch((SELECT max(order_ts) FROM lines) - newest) / {DAY} AS recency,
  frequency, monetary,
  monetary / frequency AS aov,
  epoch(newest - oldest) / {DAY} AS tenure,
  CASE WHEN frequency > 1 THEN epoch(newest - oldest) / {DAY} / (frequency - 1) ELSE {NO_GAP} END AS gap,
  n_categories, most / lines AS top_share, discount_rate, return_rate, mobile_share, weekend_share
FROM per_customer JOIN most USING (customer_id)
ORDER BY customer_id
"""


def duckdb_features(path, stages):
    import duckdb
    import numpy as np

    stages.done("import")
    con = duckdb.connect()
    con.execute(
        f"CREATE TABLE lines AS SELECT *, quantity * unit_price * (1 - discount) AS uncapped FROM '{path}' "
        "WHERE customer_id IS NOT NULL AND status <> 'cancelled'"
    )
    stages.done("extract")
    con.execute(f"SET VARIABLE cap = (SELECT quantile_cont(uncapped, {CAP}) FROM lines)")
    stages.done("clean")
    columns = con.execute(CUSTOMERS_SQL).fetchnumpy()
    ids = columns["customer_id"]
    values = np.column_stack([np.asarray(columns[name], "float64") for name in FEATURES])
    stages.done("features")
    return ids, values


def standardised(values):
    import numpy as np
    from sklearn.preprocessing import StandardScaler

    scaled = values.copy()
    scaled[:, :SKEWED] = np.log1p(scaled[:, :SKEWED])
    return StandardScaler().fit_transform(scaled)


def best_kmeans(x, k_max, starts, stages):
    """The fit whose silhouette is greatest, with the silhouette and inertia of every k."""
    import numpy as np
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    best, silhouettes, inertias = None, {}, {}
    random = np.random.default_rng(0)
    for k in range(2, k_max + 1):
        fit = KMeans(k, n_init=starts, random_state=0).fit(x)
        inertias[k] = float(fit.inertia_)
        stages.done("kmeans")
        rows = random.choice(len(x), min(10_000, len(x)), replace=False)
        silhouettes[k] = float(silhouette_score(x[rows], fit.labels_[rows]))
        if best is None or silhouettes[k] > silhouettes[best.n_clusters]:
            best = fit
        stages.done("silhouette")
    return best, silhouettes, inertias


def mixture_bics(x, k_max, stages):
    from sklearn.mixture import GaussianMixture

    bics = {k: float(GaussianMixture(k, covariance_type="full", random_state=0).fit(x).bic(x)) for k in range(2, k_max + 1)}
    stages.done("mixtures")
    return bics


def publish(out, ids, values, labels):
    import pandas as pd

    profile = pd.DataFrame(values, columns=FEATURES)
    profile["persona"] = labels
    profile.groupby("persona").agg(["mean", "median"]).to_parquet(os.path.join(out, "personas.parquet"))
    pd.DataFrame({"customer_id": ids, "persona": labels}).to_parquet(os.path.join(out, "assignments.parquet"))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("engine", choices=["pandas", "polars", "duckdb"])
    arguments.add_argument("transactions")
    arguments.add_argument("out")
    arguments.add_argument("--prep-only", action="store_true")
    arguments.add_argument("--mixtures", action="store_true")
    arguments.add_argument("--k-max", type=int, default=10)
    arguments.add_argument("--starts", type=int, default=10)
    options = arguments.parse_args()
    os.makedirs(options.out, exist_ok=True)
    stages = Stages()
    features = {"pandas": pandas_features, "polars": polars_features, "duckdb": duckdb_features}[options.engine]
    ids, values = features(options.transactions, stages)
    found = {"n": len(values), "means": [round(float(mean), 4) for mean in values.mean(axis=0)]}
    if options.prep_only:
        standardised(values).tofile(os.path.join(options.out, "prepared.f64"))
    else:
        import sklearn.cluster  # noqa: F401
        import sklearn.metrics  # noqa: F401
        import sklearn.mixture  # noqa: F401

        stages.done("import")
        x = standardised(values)
        stages.done("scale")
        best, silhouettes, inertias = best_kmeans(x, options.k_max, options.starts, stages)
        found |= {"k": best.n_clusters, "silhouettes": silhouettes, "inertias": inertias}
        if options.mixtures:
            bics = mixture_bics(x, options.k_max, stages)
            found |= {"bics": bics, "k_by_bic": min(bics, key=bics.get)}
        publish(options.out, ids, values, best.labels_)
        stages.done("publish")
    seconds = {name: [round(wall, 3), round(cpu, 3)] for name, (wall, cpu) in stages.seconds.items()}
    print(json.dumps({"engine": options.engine, **found, "stages": seconds}))


main()
