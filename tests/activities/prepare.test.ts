import { prepare } from '../../src/activities/prepare';
import type { Preprocessing } from '../../src/contracts/model';
import { applyPreprocessing } from '../../src/core/prepare';
import { createBench, type Bench } from './clean-support';
import { featuresSelect, makeFeatures, projectOf } from './personas-support';

describe('prepare', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench();
  });
  afterEach(() => bench.dispose());

  it('writes the matrix in the order of pid, and the parameters that make it from the features', async () => {
    const features = await makeFeatures(bench, featuresSelect(300));
    const output = await bench.stage(prepare, projectOf(), features);
    const preprocessing = await bench.artifacts.readJson<Preprocessing>(output.outputs['prepare.preprocessing']);
    const rows = await bench.query<Record<string, number> & { pid: string }>(output.outputs, 'SELECT * FROM prepare.matrix');
    expect(Object.keys(rows[0])).toEqual(['pid', ...preprocessing.columns.map(({ column }) => column)]);
    expect(rows.map(({ pid }) => pid)).toEqual(rows.map(({ pid }) => pid).sort());
    const raw = await bench.query<Record<string, number>>(features, 'SELECT pid, recency_days, frequency, monetary::DOUBLE AS monetary, night_share FROM features.features ORDER BY pid');
    raw.forEach((row, i) => expect(preprocessing.columns.map(({ column }) => rows[i][column])).toEqual([...applyPreprocessing(preprocessing, row)]));
    expect(output).toMatchObject({ rowsIn: 300, rowsOut: 300, facts: { imputedCells: 18 } });
  });

  it('gives the same bytes for shuffled rows and any number of threads', async () => {
    const hashes = async (threads: number, select: string): Promise<string[]> => {
      const other = createBench(threads);
      try {
        const { outputs } = await other.stage(prepare, projectOf(), await makeFeatures(other, select));
        return Object.values(outputs).map(({ sha256 }) => sha256);
      } finally {
        await other.dispose();
      }
    };
    const expected = await hashes(1, featuresSelect(3000));
    expect(await hashes(3, featuresSelect(3000))).toEqual(expected);
    // another order in the file; the matrix is read in the order of pid
    expect(await hashes(2, `SELECT * FROM (${featuresSelect(3000)}) ORDER BY monetary, pid`)).toEqual(expected);
  });

  it('names dropped columns with their evidence as warnings', async () => {
    const select = `SELECT * REPLACE (frequency * 2.5 AS average_order_value) FROM (${featuresSelect(300)}) ORDER BY pid`;
    const { warnings, summary } = await bench.stage(prepare, projectOf({ model: ['frequency', 'average_order_value', 'night_share'] }), await makeFeatures(bench, select));
    expect(warnings).toEqual(['average_order_value dropped: redundant, |ρ| = 1.000 with frequency (limit 0.9)']);
    expect(summary).toContain('1 dropped');
  });

  it('refuses an unknown feature by name', async () => {
    const features = await makeFeatures(bench, featuresSelect(30));
    await expect(bench.stage(prepare, projectOf({ model: ['recency'] }), features)).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { nearest: ['recency_days'] } });
  });
});
