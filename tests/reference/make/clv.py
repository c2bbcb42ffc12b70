"""Reference values for recency and T of the BG/NBD literature: tests/reference/clv.json.

pip install pandas==3.1.1 numpy==2.4.6 pyarrow==26.0.1
python tests/reference/make/clv.py <shared folder> tests/reference/clv.json

The definition is that of pymc_marketing.clv.utils.rfm_summary with time_unit='D' (the first purchase is not counted): purchases of
one calendar day are one; recency = days from the first to the last purchase day; T = days from the first purchase day to the end of
the observation; frequency = purchase days after the first. Written out in pandas, so that nothing else has to be installed.

Rows as in the shared online_retail_rfm.json: a customer id, no invoice that begins with C. The hashes are SHA-256 of the lines
`customer,value` in the order of the customer, each with a line feed.
"""
import hashlib
import json
import sys

import numpy as np
import pandas as pd
import pyarrow

shared, target = sys.argv[1:3]
OBSERVED_UNTIL = pd.Timestamp('2011-12-09')

rows = pd.read_parquet(f'{shared}/data/online_retail/online_retail.parquet', columns=['InvoiceNo', 'CustomerID', 'InvoiceDate'])
rows = rows[rows.CustomerID.notna() & ~rows.InvoiceNo.str.startswith('C')]
days = pd.DataFrame(dict(customer=rows.CustomerID.astype('int64').astype(str), day=rows.InvoiceDate.dt.normalize())).drop_duplicates()
by_customer = days.groupby('customer').day
first, last = by_customer.min(), by_customer.max()
summary = pd.DataFrame(dict(
    frequency=by_customer.count() - 1,
    recency=(last - first).dt.days,
    T=(OBSERVED_UNTIL - first).dt.days,
)).sort_index()


def digest(column):
    text = ''.join(f'{customer},{value}\n' for customer, value in column.items())
    return hashlib.sha256(text.encode()).hexdigest()


result = dict(
    versions=dict(pandas=pd.__version__, numpy=np.__version__, pyarrow=pyarrow.__version__),
    observedUntil=str(OBSERVED_UNTIL.date()),
    customers=len(summary),
    columns={name: dict(sum=int(summary[name].sum()), max=int(summary[name].max()), zero=int((summary[name] == 0).sum()), sha256=digest(summary[name])) for name in summary},
)
with open(target, 'w') as file:
    json.dump(result, file, indent=1)
    file.write('\n')
