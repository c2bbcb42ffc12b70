import { clean } from '../../src/activities/clean';
import { clustering } from '../../src/activities/clustering';
import { features } from '../../src/activities/features';
import { holdout } from '../../src/activities/holdout';
import { prepare } from '../../src/activities/prepare';
import { contenders, selection } from '../../src/activities/selection';
import { createComputePool } from '../../src/adapters/compute';
import type { ArtifactRefs } from '../../src/contracts/artifacts';
import type { HoldoutReport } from '../../src/contracts/selection';
import { bundleThread } from '../adapters/compute/bundle';
import { describeWithShared, shared } from '../support/shared';
import { configOf, createBench, onlineRetailSelect } from './clean-support';

const DATA = 'data/online_retail/online_retail.parquet';
const AS_OF = '2011-12-09';
// 1 December 2010 to 9 December 2011 are 374 days: two windows of 187.
const WINDOWS = [
  ['2010-12-01', '2011-06-05'],
  ['2011-06-06', '2011-12-09'],
] as const;

describeWithShared('the hold-out in time on Online Retail', () => {
  const compute = createComputePool({ entry: bundleThread('src/workers/compute-thread.ts'), threads: 2 });
  const bench = createBench(2, compute);
  const config = configOf({
    cleaning: { cancellations: { orderPattern: '^C', policy: 'drop' }, exactDuplicates: 'keep', zeroPrices: 'keep', negativePrices: 'keep', negativeQuantities: 'keep' },
    features: { revenue: 'gross', model: ['recency_days', 'frequency', 'monetary'] },
    modeling: { clusters: { min: 4, max: 4 }, restarts: 8, gapDraws: 0, stability: { resamples: 4 } },
  });
  let report: HoldoutReport;

  beforeAll(async () => {
    const file = shared(DATA);
    let inputs: ArtifactRefs = { 'quality.transactions': await bench.artifact('quality.transactions', onlineRetailSelect(file), [file]) };
    for (const definition of [clean, features, prepare, contenders[0], selection, clustering, holdout])
      inputs = { ...inputs, ...(await bench.stage(definition, config, inputs, { asOf: AS_OF })).outputs };
    report = await bench.artifacts.readJson<HoldoutReport>(inputs['clustering.holdout']);
  }, 180_000);
  afterAll(async () => {
    await compute.close();
    await bench.dispose();
  });

  it('sees in each window the customers that a query over the export counts', async () => {
    const counted = await bench.inSession(async (session) => {
      const counts: unknown[] = [];
      for (const [first, last] of WINDOWS) {
        const [{ n }] = await session.rows<{ n: number }>(
          `SELECT count(DISTINCT CustomerID) AS n FROM read_parquet('${shared(DATA)}')
          WHERE CustomerID IS NOT NULL AND InvoiceNo NOT LIKE 'C%' AND InvoiceDate::DATE BETWEEN '${first}' AND '${last}'`,
        );
        counts.push({ first, last, customers: n, fitted: n });
      }
      return counts;
    }, [shared(DATA)]);
    expect(report).toMatchObject({ days: 187, reason: null, windows: counted });
  });

  it('accounts for every customer of both windows', () => {
    const { personas, customers, stayed } = report.comparison!;
    const [earlier, later] = report.windows!;
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    expect(sum(personas.map((persona) => persona.earlier))).toBe(earlier.customers);
    expect(sum(personas.map((persona) => persona.later))).toBe(later.customers);
    expect(sum(personas.flatMap(({ movedTo }) => movedTo))).toBe(customers);
    expect(sum(personas.map((persona) => persona.stayed))).toBe(stayed);
    personas.forEach(({ movedTo, left, joined, ...persona }, p) => {
      expect(sum(movedTo) + left).toBe(persona.earlier);
      expect(sum(personas.map((other) => other.movedTo[p])) + joined).toBe(persona.later);
    });
  });

  it('finds that the groups come again while many customers change theirs', () => {
    const { anew, adjustedRand, customers, stayed } = report.comparison!;
    expect(anew!.adjustedRand).toBeGreaterThan(0.8);
    expect(stayed / customers).toBeLessThan(0.7);
    expect(adjustedRand).toBeLessThan(anew!.adjustedRand);
  });
});
