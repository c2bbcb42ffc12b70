import { documentOf } from '../../bench/document';
import { GOALS, peerPrepSeconds, prepSeconds, wallRatio } from '../../bench/goals';
import type { PeerRun } from '../../bench/lib/peer';
import type { ProductRun } from '../../bench/lib/product';
import { newest, type Measure, type Recorded, type WholeMeasure } from '../../bench/lib/results';
import { cpuBetween, mostBetween } from '../../bench/lib/watch';

const ours = (wallS: number): ProductRun => ({
  wallS,
  committedS: wallS - 1,
  cpuS: 2 * wallS,
  serverCpuS: 0.1,
  peakMib: 250,
  peakTogetherMib: 400,
  beforeS: 1,
  afterS: 1,
  customers: 43_245,
  personas: 9,
  stages: [
    { stage: 'extract', ms: 1_000, cpuS: 2, mib: 200, attempt: 1 },
    { stage: 'quality', ms: 500, cpuS: 1, mib: 210, attempt: 1 },
    { stage: 'clean', ms: 300, cpuS: 0.5, mib: 220, attempt: 1 },
    { stage: 'features', ms: 200, cpuS: 0.4, mib: 230, attempt: 1 },
    { stage: 'selection', ms: 5_000, cpuS: 9, mib: 240, attempt: 1 },
  ],
});

const peer = (wallS: number): PeerRun => ({
  wallS,
  cpuS: 2 * wallS,
  peakMib: 1_100,
  stages: { import: [1, 1], extract: [2, 2], clean: [1, 1], features: [3, 3], kmeans: [9, 9] },
  customers: 43_245,
  k: 9,
});

const whole: WholeMeasure = {
  kind: 'whole',
  rows: 1_000_000,
  customers: 43_245,
  project: 'dramatis.yaml',
  ours: [ours(4), ours(5), ours(9)],
  peers: { pandas: [peer(30), peer(31)], polars: [peer(20), peer(29), peer(25)] },
  prepPeers: { polars: [peer(6)] },
};

const recordOf = (name: string, measure: Measure, quick = false): Recorded => ({
  name,
  quick,
  surroundings: { at: '2026-01-02T03:04:05.678Z', commit: 'abc1234', changed: false, cpu: 'a processor', cores: 2, memoryGib: 24, system: 'Linux 6', versions: { node: '20.1.0' }, load: 0.2 },
  measure,
});

describe('figures', () => {
  it('take the fastest peer by its median over our median', () => {
    // polars 25 is faster than pandas 30.5; ours 5
    expect(wallRatio(whole)).toBe(5);
    expect(wallRatio({ ...whole, peers: {} })).toBeNull();
  });

  it('count the stages up to the features on both sides, imports and models apart', () => {
    expect(prepSeconds(whole)).toBe(2);
    expect(peerPrepSeconds(whole, 'polars')).toBe(6);
    expect(peerPrepSeconds(whole, 'pandas')).toBeNull();
  });
});

describe('the page', () => {
  const results = new Map([
    ['whole-1m', recordOf('whole-1m', whole)],
    ['inertia', recordOf('inertia', { kind: 'inertia', n: 100, d: 12, byK: [{ k: 2, ours: 100.05, peer: 100 }, { k: 3, ours: 90, peer: 91 }] })],
    ['kernels', recordOf('kernels', { kind: 'kernels', measures: [{ name: 'ward', n: 10_000, d: 12, k: null, threads: 1, ours_ms: 400, peer_ms: 800, ratio: 2 }] })],
    ['curve-k', recordOf('curve-k', { kind: 'curve', along: 'k', points: [{ size: 5, run: ours(5) }, { size: 10, run: ours(20) }] })],
  ]);
  const page = documentOf(results);
  const lineWith = (text: string): string | undefined => page.split('\n').find((line) => line.includes(text));

  it('says of each goal what was reached', () => {
    expect(lineWith('1M rows, fastest peer')).toBe('| whole run without mixtures, 1M rows, fastest peer | 5.00 × | 5 × | 10 × | must |');
    expect(lineWith("Ward's method")).toBe("| Ward's method, 10,000 rows, fastcluster | 2.00 × | 1 × | 2 × | aim |");
    expect(lineWith('worst k')).toBe('| inertia above scikit-learn with 10 starts, worst k | 0.0500 % | ≤ 0.1 % | ≤ 0.01 % | must |');
    expect(lineWith('1M rows |')).toContain('| 250 MiB | ≤ 300 MiB | ≤ 200 MiB | must |');
    expect(page.match(/not measured \|/g)).toHaveLength(GOALS.length - 4);
  });

  it('has medians of ours and of each peer, with the ratio of each', () => {
    expect(lineWith('| Dramatis | 3 |')).toBe('| 1,000,000 | 43,245 | k-means | Dramatis | 3 | 5.00 | 4.00 | 10.0 | 250 (400) | 5.00 × |  |');
    expect(lineWith('pandas + scikit-learn')).toBe('|  |  |  | pandas + scikit-learn | 2 | 30.5 |  | 61.0 | 1,100 | 6.10 × | 6.10 × |');
  });

  it('has the exponent of a curve: twice the k at four times the time is a power of 2', () => {
    expect(lineWith('| exponent | 2.00 |')).toBe('| exponent | 2.00 | 2.00 | 0.00 |');
  });

  it('says when and of what each figure is', () => {
    expect(lineWith('| whole-1m |')).toBe('| whole-1m | 2026-01-02 03:04 UTC | abc1234 | 0.2 |');
    expect(page).toContain('a processor, 2 cores, 24 GiB, Linux 6');
  });

  it('says which figures were taken while something else was at work', () => {
    expect(page).not.toContain('busy machine (');
    const busy = recordOf('whole-1m', whole);
    const other = documentOf(new Map([['whole-1m', { ...busy, surroundings: { ...busy.surroundings, load: 3 } }]]));
    expect(other).toContain('busy machine (');
    expect(other).toContain('| 3 (busy) |');
  });

  it('can be made of nothing', () => {
    expect(documentOf(new Map())).toContain('not measured');
  });
});

describe('newest', () => {
  it('takes the last record of each name, quick and full ones apart', () => {
    const other: WholeMeasure = { ...whole, rows: 7 };
    const text = [recordOf('a', whole), recordOf('a', whole, true), recordOf('b', whole), recordOf('a', other)].map((entry) => JSON.stringify(entry)).join('\n');
    expect([...newest(`${text}\n`, false)].map(([name, { measure }]) => [name, (measure as WholeMeasure).rows])).toEqual([['a', 7], ['b', 1_000_000]]);
    expect([...newest(text, true).keys()]).toEqual(['a']);
  });
});

describe('what was seen between two moments', () => {
  const seen = [[100, 1], [200, 3], [300, 4]] as const;

  it('is the CPU time used from the last look before', () => {
    expect(cpuBetween(seen, 150, 300)).toBe(3);
    expect(cpuBetween(seen, 50, 210)).toBe(3);
  });

  it('is the most memory', () => {
    expect(mostBetween(seen, 150, 250)).toBe(3);
    expect(mostBetween(seen, 400, 500)).toBe(0);
  });
});
