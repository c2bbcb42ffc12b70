import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import type { FeatureSpec } from '../../../src/contracts/features';
import { prepareConfig } from '../../../src/config/prepare';
import type { Matrix } from '../../../src/core/linalg/matrix';
import { applyPreprocessing, fitPreprocessing } from '../../../src/core/prepare';
import { moments } from '../../../src/core/prepare/moments';
import { describeWithShared, shared } from '../../support/shared';

const NAMES = ['recency', 'frequency', 'monetary'];
const SPECS = NAMES.map((name): FeatureSpec => ({ name, group: 'rfm', kind: 'number', unit: '', label: name, whole: null, words: null }));

async function readRfm(): Promise<Matrix> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const path = shared('reference/online_retail_rfm.parquet').replaceAll("'", "''");
    const columns = NAMES.map((name) => `${name}::DOUBLE`).join(', ');
    const reader = await connection.runAndReadAll(`SELECT ${columns} FROM read_parquet('${path}') ORDER BY CustomerID`);
    const rows = reader.getRows() as number[][];
    return { rows: rows.length, cols: 3, names: NAMES, values: Float64Array.from(rows.flat()) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describeWithShared('RFM of Online Retail, without winsorising', () => {
  const reference = () => JSON.parse(readFileSync(shared('reference/online_retail_clustering.json'), 'utf8')) as { log_mean: number[]; log_sd_population: number[]; n: number; total_sum_of_squares: number };

  it('is logged by its skewness and scaled to the reference mean and standard deviation', async () => {
    const x = await readRfm();
    const expected = reference();
    const fitted = fitPreprocessing(x, SPECS, NAMES, prepareConfig.parse({ winsorise: { lower: 0, upper: 1 } }));
    expect(fitted.rows).toBe(expected.n);
    expect(fitted.columns.map(({ transform }) => transform.kind)).toEqual(['log1p', 'log1p', 'log1p']);
    fitted.columns.forEach(({ scale }, j) => {
      // the reference is written with 12 digits
      expect(scale.mean).toBeCloseTo(expected.log_mean[j], 10);
      expect(scale.sd).toBeCloseTo(expected.log_sd_population[j], 10);
    });
    const prepared = applyPreprocessing(fitted, x);
    for (let j = 0; j < 3; j++) {
      const { mean, sd } = moments(Float64Array.from({ length: prepared.rows }, (_, i) => prepared.values[i * 3 + j]));
      expect(mean).toBeCloseTo(0, 12);
      expect(sd).toBeCloseTo(1, 12);
    }
    expect(prepared.values.reduce((sum, z) => sum + z * z, 0)).toBeCloseTo(expected.total_sum_of_squares, 6);
  });
});
