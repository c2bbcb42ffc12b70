import type { Manifest, ManifestFacts } from '../../../src/contracts/manifest';
import { buildManifest } from '../../../src/core/audit';
import { differences, diffRuns, type DiffSide } from '../../../src/core/audit/diff';
import { moveMatrix, movesByCause } from '../../../src/core/audit/moves';
import { facts, observations, refOf } from '../../support/manifest';

describe('differences', () => {
  it('names the path of every value that differs, is new or is gone', () => {
    const before = { a: 1, b: { c: [1, 2], d: 'x' }, e: null };
    expect(differences(before, { a: 1, b: { c: [2, 1], d: 'x' }, f: 0 })).toEqual([
      { path: 'b.c', before: [1, 2], after: [2, 1] },
      { path: 'f', before: null, after: 0 },
    ]);
    expect(differences(before, { e: null, b: { d: 'x', c: [1, 2] }, a: 1 })).toEqual([]);
  });
});

describe('diffRuns', () => {
  const output = (name: string, digit: string, ...from: string[]) => ({ name, ref: refOf(name, digit), from });
  const base = (): ManifestFacts => ({
    ...facts(),
    code: { version: '0.1.0', digest: 'c', stages: { extract: 'e', clean: 'c', features: 'f' } },
    results: {
      decisions: { selection: { chosen: { algorithm: 'kmeans', model: null, k: 4 } } },
      outputs: [output('clean.lines', '2', 'extract.transactions'), output('extract.transactions', '1', 'source.transactions'), output('features.features', '3', 'clean.lines')],
    },
  });
  const side = (more: Partial<ManifestFacts> = {}, rest: Partial<DiffSide> = {}): DiffSide => ({
    manifest: manifestOf({ ...base(), ...more }),
    config: { k: 1 },
    slices: { clean: 's' },
    ...rest,
  });
  const manifestOf = (own: ManifestFacts): Manifest => buildManifest(own, observations(), 'key');
  const withOutputs = (...outputs: ManifestFacts['results']['outputs']): Partial<ManifestFacts> => ({ results: { ...base().results, outputs } });
  const causes = (a: DiffSide, b: DiffSide) => Object.fromEntries(diffRuns(a, b).stages.filter(({ because }) => because.length > 0).map(({ stage, because }) => [stage, because]));

  it('finds nothing between a run and itself', () => {
    expect(diffRuns(side(), side())).toMatchObject({ same: true, sameResults: true, data: { inputs: [], other: [] }, config: [], code: [], model: [], first: null });
  });

  it('blames data on extract, and what follows on the stage before', () => {
    const inputs = [{ ...base().inputs[0], sha256: '9'.repeat(64), rows: 4 }, { ...base().inputs[0], name: 'new.csv' }];
    const after = side({ inputs, ...withOutputs(output('clean.lines', '5', 'extract.transactions'), output('extract.transactions', '4', 'source.transactions'), output('features.features', '3', 'clean.lines')) });
    const diff = diffRuns(side(), after);
    expect(diff.data.inputs).toEqual([
      { role: 'transactions', name: 'new.csv', change: 'added', rowsBefore: null, rowsAfter: 3 },
      { role: 'transactions', name: 'orders.csv', change: 'changed', rowsBefore: 3, rowsAfter: 4 },
    ]);
    expect(causes(side(), after)).toEqual({ extract: ['data'], clean: ['earlier stages'], features: ['earlier stages'] });
    expect(diff.first).toEqual({ stage: 'extract', changed: ['extract.transactions'], because: ['data'] });
    // Features read other lines and still came out the same.
    expect(diff.stages.find(({ stage }) => stage === 'features')).toMatchObject({ changed: [] });
  });

  it('tells config, code, engine, seed and as-of date apart, by the stage that depends on them', () => {
    expect(causes(side(), side({}, { slices: { clean: 't' }, config: { k: 2 } }))).toEqual({ clean: ['config'] });
    expect(diffRuns(side(), side({}, { config: { k: 2 } })).config).toEqual([{ path: 'k', before: 1, after: 2 }]);
    expect(causes(side(), side({ code: { ...base().code, stages: { ...base().code.stages, features: 'g' } } }))).toEqual({ features: ['code'] });
    const everywhere = (cause: string) => expect.objectContaining({ extract: [cause], quality: [cause], report: [cause] });
    expect(causes(side(), side({ engine: { ...base().engine, v8: '12' } }))).toEqual(everywhere('engine'));
    expect(causes(side(), side({ asOf: '2024-02-01' }))).toEqual(everywhere('as-of'));
    expect(causes(side(), side({ seed: 1 }))).toEqual(everywhere('seed'));
    expect(causes(side(), side({ projectKeyId: 'other' }))).toEqual({ extract: ['project key'] });
    expect(causes(side(), side({ parentRelease: 1 }))).toEqual({ personas: ['parent release'] });
  });

  it('says what was decided otherwise about the model', () => {
    const after = side({ results: { ...base().results, decisions: { selection: { chosen: { algorithm: 'mixture', model: 'VVI', k: 4 } } } } });
    expect(diffRuns(side(), after).model).toEqual([
      { path: 'algorithm', before: 'kmeans', after: 'mixture' },
      { path: 'model', before: null, after: 'VVI' },
    ]);
  });
});

describe('moveMatrix', () => {
  it('counts who stayed, moved, came and went, with the unassigned and the absent last', () => {
    const moves = [
      { from: 'absent', to: 'a', customers: 30 },
      { from: 'a', to: 'a', customers: 100 },
      { from: 'a', to: 'b', customers: 20 },
      { from: 'b', to: 'unassigned', customers: 15 },
      { from: 'b', to: 'absent', customers: 40 },
    ];
    expect(moveMatrix(moves, 11)).toEqual({
      from: ['a', 'b', 'absent'],
      to: ['a', 'b', 'unassigned', 'absent'],
      cells: [
        [100, 20, 0, 0],
        [0, 0, 15, 40],
        [30, 0, 0, 0],
      ],
      stayed: 100,
      moved: 20,
    });
  });

  it('never leaves a small count alone in its row or column, where the sum would give it away', () => {
    const moves = [
      { from: 'a', to: 'a', customers: 100 },
      { from: 'a', to: 'b', customers: 3 },
      { from: 'b', to: 'a', customers: 50 },
      { from: 'b', to: 'b', customers: 60 },
    ];
    const { cells, moved } = moveMatrix(moves, 11);
    expect(cells).toEqual([
      ['withheld', 'small'],
      ['withheld', 'withheld'],
    ]);
    expect(moved).toBe(53);
    for (const line of [...cells, ...[0, 1].map((j) => cells.map((row) => row[j]))]) expect(line.filter((cell) => typeof cell !== 'number')).not.toHaveLength(1);
  });

  it('shows no count of fewer than kMin customers', () => {
    expect(moveMatrix([{ from: 'a', to: 'b', customers: 4 }], 11)).toMatchObject({ cells: [['small']], stayed: 0, moved: 'small' });
  });
});

describe('movesByCause', () => {
  it('leaves small counts out, and never one alone', () => {
    expect(movesByCause({ data: 100, model: 20, both: 0 }, 11)).toEqual({ data: 100, model: 20, both: 0 });
    expect(movesByCause({ data: 100, model: 20, both: 3 }, 11)).toEqual({ data: 100, model: 'withheld', both: 'small' });
    expect(movesByCause({ data: 4, model: 200, both: 3 }, 11)).toEqual({ data: 'small', model: 200, both: 'small' });
  });
});
