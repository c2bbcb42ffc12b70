"""The marketing campaign as the shared reference clusters it; tests/reference/marketing.ts is the same in TypeScript."""
import numpy as np
import pandas as pd


def marketing(shared):
    """The columns wide15 and core5 of marketing_campaign, before they are standardised."""
    d = pd.read_parquet(f'{shared}/data/marketing_campaign/marketing_campaign.parquet')
    spend = ['MntWines', 'MntFruits', 'MntMeatProducts', 'MntFishProducts', 'MntSweetProducts', 'MntGoldProds']
    purchases = ['NumDealsPurchases', 'NumWebPurchases', 'NumCatalogPurchases', 'NumStorePurchases']
    income = d.Income.astype(float).fillna(d.Education.map(d.groupby('Education').Income.median()))
    keep = ~((d.Year_Birth < 1920) | (d.Income == 666666))
    d, income = d[keep].reset_index(drop=True), income[keep].reset_index(drop=True)
    age = 2014 - d.Year_Birth
    tenure = (pd.Timestamp('2014-06-29') - pd.to_datetime(d.Dt_Customer)).dt.days
    wide = pd.concat([income, age, tenure, d.Recency, np.log1p(d[spend]), d[purchases], d.NumWebVisitsMonth], axis=1)
    core = pd.concat([income, age, np.log1p(d[spend].sum(axis=1)), d[purchases].sum(axis=1), d.NumWebVisitsMonth], axis=1)
    return wide.to_numpy(float), core.to_numpy(float)
