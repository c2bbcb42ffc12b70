import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { algorithmsOf, modelsOf, rangeOf } from '../../src/cli/lab/options';
import { COVARIANCE_MODELS } from '../../src/contracts/algorithms';
import { itWithShared, shared } from '../support/shared';
import { dramatis } from './support';

// Threads run the compiled program; here the same tasks run in this thread.
jest.mock('../../src/adapters/compute', () => {
  const actual = jest.requireActual('../../src/adapters/compute');
  return { ...actual, createCompute: () => ({ ...actual.createInlineCompute(), close: () => Promise.resolve() }) };
});

/** Three groups of rows far from each other, the first the largest. */
const GROUPS = [
  { at: [0, 0], rows: 30 },
  { at: [10, 0], rows: 24 },
  { at: [0, 10], rows: 18 },
];
/** Spreads rows around their group without chance: the fractional parts of multiples of the golden ratio and its like. */
const spread = (i: number, j: number): number => ((i + 1) * [0.618033988749895, 0.754877666246693][j]) % 1;
const ROWS = GROUPS.flatMap(({ at, rows }, g) => Array.from({ length: rows }, (_, i) => at.map((centre, j) => centre + spread(i + 31 * g, j))));

let folder: string;
const path = (name: string): string => join(folder, name);
function write(name: string, text: string): string {
  writeFileSync(path(name), text);
  return path(name);
}
const csv = (header: string, rows: readonly (readonly (string | number)[])[], delimiter = ','): string =>
  [header, ...rows.map((row) => row.join(delimiter))].join('\n') + '\n';

async function lab(...args: readonly string[]) {
  const { code, stdout, stderr } = await dramatis('lab', ...args, '--json');
  return { code, stderr, document: JSON.parse(stdout) };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dramatis-lab-test-'));
  write('groups.csv', csv('x.1,y 2', ROWS));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a file', () => {
  it('of CSV is modelled by its numeric columns, whatever their names', async () => {
    const { code, stderr, document } = await lab(path('groups.csv'), '--algorithm', 'kmeans', '--k', '2..5', '--resamples', '5');
    expect([code, stderr]).toEqual([0, '']);
    expect(document).toMatchObject({
      file: 'groups.csv',
      rows: 72,
      n: 72,
      dropped: 0,
      missing: {},
      d: 2,
      columns: ['x.1', 'y 2'],
      rule: 'full',
      scale: 'standard',
      seed: 0,
      k: { min: 2, max: 5 },
    });
    expect(document.chosen).toMatchObject({ algorithm: 'kmeans', model: null, k: 3, bic: null, proportions: null, covariances: null });
    // Means come in the units of the file.
    document.chosen.means.forEach((mean: number[], c: number) =>
      mean.forEach((value, j) => expect(Math.abs(value - GROUPS[c].at[j] - 0.5)).toBeLessThan(0.1)),
    );
    expect(document.candidates.find(({ status }: { status: string }) => status === 'chosen')).toMatchObject({
      k: 3,
      sizes: [30, 24, 18],
      unassigned: 0,
    });
    expect(document.why).toContain('3 clusters, by k-means');
  });

  it('gives the same bytes again', async () => {
    const args = ['lab', path('groups.csv'), '--rule', 'bic', '--models', 'EEI,VVI', '--k', '1..3', '--json'];
    const first = await dramatis(...args);
    expect((await dramatis(...args)).stdout).toBe(first.stdout);
  });

  itWithShared('of Parquet: columns with dots by name, text columns left out and said so', async () => {
    const iris = shared('data/iris/iris.parquet');
    const all = await lab(iris, '--rule', 'bic', '--models', 'EII', '--k', '1');
    expect(all.document).toMatchObject({
      n: 150,
      d: 4,
      columns: ['Sepal.Length', 'Sepal.Width', 'Petal.Length', 'Petal.Width'],
      notes: ['left out: Species (a VARCHAR column)'],
    });
    const two = await lab(iris, '--rule', 'bic', '--models', 'EII', '--k', '1', '--columns', 'Petal.Width,Sepal.Length');
    expect(two.document).toMatchObject({ columns: ['Petal.Width', 'Sepal.Length'], notes: [] });
    const refused = await lab(iris, '--columns', 'Sepal.Length,Species');
    expect(refused).toMatchObject({
      code: 2,
      document: {
        error: { code: 'CONFIG_INVALID', message: expect.stringContaining('Species is a VARCHAR column'), details: { columns: ['Species'] } },
      },
    });
  });

  it('of semicolons, with a byte order mark and CR LF, is read like any other', async () => {
    const text = `\uFEFF${csv('a;b', ROWS, ';').replaceAll('\n', '\r\n')}`;
    const { document } = await lab(write('semicolons.csv', text), '--rule', 'bic', '--models', 'EII', '--k', '1');
    const { document: commas } = await lab(write('commas.csv', csv('a,b', ROWS)), '--rule', 'bic', '--models', 'EII', '--k', '1');
    expect({ ...document, file: '' }).toEqual({ ...commas, file: '' });
  });

  it('counts each row: used, or dropped for a missing value', async () => {
    const rows = ROWS.map(([x, y], i): (string | number)[] => [i === 0 ? 'NA' : i === 1 ? '' : x, i === 1 || i === 71 ? 'NaN' : y]);
    const { document } = await lab(write('missing.csv', csv('x,y', rows)), '--rule', 'bic', '--models', 'EII', '--k', '1..2');
    expect(document).toMatchObject({ rows: 72, n: 69, dropped: 3, missing: { x: 2, y: 2 } });
    expect(document.n + document.dropped).toBe(document.rows);
  });

  it('without column name in one column (as R writes row numbers) is modelled by the others; ids are pointed at', async () => {
    const text = csv(
      '"","id","x"',
      ROWS.map(([x], i) => [i + 1, 100 + i, x]),
    );
    const { document } = await lab(write('r.csv', text), '--rule', 'bic', '--models', 'EII', '--k', '1');
    expect(document.columns).toEqual(['id', 'x']);
    expect(document.notes).toEqual([
      'left out: numbers without a column name, taken for row numbers',
      expect.stringContaining('id has a different whole number in every row'),
    ]);
  });
});

describe('columns', () => {
  const refusal = async (text: string, ...args: readonly string[]) => {
    const { code, document } = await lab(write('wrong.csv', text), ...args);
    return [code, document.error?.code, document.error?.message];
  };

  it('that are text, constant, missing, or named twice are refused by name', async () => {
    const text = csv(
      'group,one,x,y',
      ROWS.map(([x, y], i) => [i % 2 ? 'a' : '7', 1, x, y]),
    );
    expect(await refusal(text, '--columns', 'x,group')).toEqual([
      2,
      'CONFIG_INVALID',
      'wrong.csv: a model needs numbers: group is text: 36 of 72 values are no numbers',
    ]);
    expect(await refusal(text)).toEqual([2, 'CONFIG_INVALID', expect.stringMatching(/^one: the same value in all 72 rows used/)]);
    expect(await refusal(text, '--columns', 'x,ys')).toEqual([
      2,
      'CONFIG_INVALID',
      expect.stringContaining('wrong.csv has no column ys; near names: y'),
    ]);
    expect(await refusal(text, '--columns', 'x,y', '--columns', 'x')).toEqual([2, 'CONFIG_INVALID', '--columns names x twice']);
    expect(await refusal(csv('a', [['p'], ['q']]))).toEqual([2, 'CONFIG_INVALID', 'wrong.csv has no numeric column']);
  });

  it('with decimal commas are refused with a hint', async () => {
    const text = csv(
      'x;y',
      ROWS.map(([x, y]) => [String(x).replace('.', ','), y]),
      ';',
    );
    expect(await refusal(text, '--columns', 'x')).toEqual([2, 'CONFIG_INVALID', expect.stringContaining('decimal commas among them')]);
  });

  it('may hold commas in their names, and differ in case from what was typed', async () => {
    const { document } = await lab(
      write('names.csv', csv('"spend, net",Visits', ROWS)),
      '--columns',
      'spend, net',
      '--columns',
      'visits',
      '--rule',
      'bic',
      '--models',
      'EII',
      '--k',
      '1',
    );
    expect(document.columns).toEqual(['spend, net', 'Visits']);
  });

  it('with infinite values are refused by name', async () => {
    expect(await refusal(csv('x', [...ROWS.map(([x]) => [x]), ['1e999']]))).toEqual([1, 'NOT_FINITE', 'x: 1 values are infinite']);
  });
});

describe('a file that cannot be read', () => {
  const CASES: [string, string, number, string, RegExp][] = [
    ['a line with too many cells', 'x,y\n1,2\n3,4,5\n6,7\n', 1, 'SOURCE_UNREADABLE', /^broken\.csv: line 3 cannot be read \(too many columns\)/],
    ['a line with too few', 'x,y\n1,2\n3\n', 1, 'SOURCE_UNREADABLE', /^broken\.csv: line 3 cannot be read \(missing columns\)/],
    ['a quote that is never closed', 'x,y\n1,"2\n3,4\n', 1, 'SOURCE_UNREADABLE', /^broken\.csv/],
    ['no header', '', 1, 'SOURCE_EMPTY', /^broken\.csv is empty/],
    ['too few rows', 'x,y\n1,2\n', 1, 'INSUFFICIENT_DATA', /at least 2 rows without a missing value; 1 of 1/],
  ];
  it.each(CASES)('with %s is named, with the line', async (_, text, code, errorCode, message) => {
    const result = await lab(write('broken.csv', text));
    expect([result.code, result.document.error.code]).toEqual([code, errorCode]);
    expect(result.document.error.message).toMatch(message);
  });

  it.each(['full', 'bic'])('has fewer rows than the smallest k (%s)', async (rule) => {
    expect(await lab(write('few.csv', 'x,y\n1,2\n3,4\n5,5\n7,9\n'), '--k', '6..9', '--rule', rule)).toMatchObject({
      code: 1,
      document: { error: { code: 'INSUFFICIENT_DATA' } },
    });
  });

  it('is not there, or is not what its name says', async () => {
    expect(await lab(path('nowhere.csv'))).toMatchObject({
      code: 4,
      document: { error: { code: 'SOURCE_NOT_FOUND', message: expect.stringContaining('nowhere.csv') } },
    });
    expect(await lab(write('text.parquet', 'x\n1\n'))).toMatchObject({
      code: 1,
      document: { error: { message: 'text.parquet is no Parquet file' } },
    });
  });
});

describe('a usage error', () => {
  const WRONG: [readonly string[], RegExp][] = [
    [['--k', '0'], /--k <range>' argument '0' is invalid/],
    [['--k', '9..2'], /from 1 to 100/],
    [['--algorithm', 'kmeens'], /There is no algorithm "kmeens"/],
    [['--algorithm', 'ward,average'], /hierarchical is named twice/],
    [['--models', 'XYZ'], /XYZ is no covariance model/],
    [['--rule', 'aic'], /Allowed choices are full, bic/],
    [['--rule', 'bic', '--algorithm', 'kmeans,lpa'], /--rule bic compares mixtures only/],
    [['--rule', 'full', '--k', '1'], /two clusters or more/],
    [['--algorithm', 'kmeans', '--models', 'EII'], /--models are those of lpa/],
    [['--prior', 'conjugate', '--models', 'VEV'], /VEV: no conjugate prior/],
    [['--blrt', '19'], /from 20 to 10000/],
    [['--blrt-seconds', '5'], /--blrt-seconds limits --blrt/],
    [['--labels', 'labels.txt'], /ends in \.csv or \.parquet/],
    [['--labels', '/nowhere/at/all/labels.csv'], /the folder is not there/],
    [['--delimiter', '""'], /Give one character/],
  ];
  it.each(WRONG)('%j ends with 2', async (args, why) => {
    const { code, document } = await lab(path('groups.csv'), ...args);
    expect([code, document.error.message]).toEqual([2, expect.stringMatching(why)]);
  });
});

describe('options', () => {
  it('name algorithms, models and ranges in several ways', () => {
    expect(algorithmsOf('LPA, average ,dbscan')).toEqual({
      algorithms: ['hierarchical', 'mixture', 'density'],
      linkage: 'average',
      density: 'dbscan',
    });
    expect(modelsOf('lpa1,lpa6,VVV,eei')).toEqual(['EEI', 'VVV']);
    expect(modelsOf('all')).toEqual(COVARIANCE_MODELS);
    expect([rangeOf('3'), rangeOf('2..9')]).toEqual([
      { min: 3, max: 3 },
      { min: 2, max: 9 },
    ]);
  });

  it('take one column to the two models that differ there', async () => {
    const { document } = await lab(path('groups.csv'), '--rule', 'bic', '--columns', 'x.1', '--k', '1..2');
    expect(document.candidates.map(({ model, k }: { model: string; k: number }) => `${model},${k}`)).toEqual(['EII,1', 'EII,2', 'VII,1', 'VII,2']);
  });
});

describe('labels', () => {
  const args = ['--algorithm', 'kmeans', '--k', '3', '--resamples', '3'];

  it('are one line per row of the file, empty where a value is missing, and never written over a file', async () => {
    const file = write('two-missing.csv', csv('x,y', [['', 1], ...ROWS, [2, 'NA']]));
    const target = path('labels.csv');
    const { document } = await lab(file, ...args, '--labels', target);
    expect(document.labels).toBe(target);
    const [header, first, ...others] = readFileSync(target, 'utf8').trimEnd().split('\n');
    expect([header, first, others.at(-1)]).toEqual(['row,cluster,probability', '1,,', '74,,']);
    const clusters = others.slice(0, 72).map((line) => line.split(','));
    expect(clusters.map(([row]) => Number(row))).toEqual(ROWS.map((_, i) => i + 2));
    expect(clusters.map(([, cluster]) => Number(cluster))).toEqual(GROUPS.flatMap(({ rows }, g) => new Array<number>(rows).fill(g)));
    for (const [, , probability] of clusters) expect(Number(probability)).toBeGreaterThan(0.9);

    writeFileSync(target, 'mine');
    expect(await lab(file, ...args, '--labels', target)).toMatchObject({
      code: 2,
      document: { error: { message: expect.stringContaining('--force') } },
    });
    expect(readFileSync(target, 'utf8')).toBe('mine');
    await lab(file, ...args, '--labels', target, '--force');
    expect(readFileSync(target, 'utf8')).toContain('row,cluster,probability');
    expect((await lab(file, ...args, '--labels', file, '--force')).document.error.message).toContain('is the file that is read');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('are a Parquet file by its ending', async () => {
    const target = path('labels.parquet');
    await lab(path('groups.csv'), ...args, '--labels', target);
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const reader = await connection.runAndReadAll(
      `SELECT "cluster", count(*)::INTEGER, min("row")::INTEGER, min(probability) > 0.9 FROM '${target}' GROUP BY 1 ORDER BY 1`,
    );
    connection.disconnectSync();
    expect(reader.getRows()).toEqual([
      [0, 30, 1, true],
      [1, 24, 31, true],
      [2, 18, 55, true],
    ]);
  });

  it('are not written where nothing is chosen: a finding by itself, a failure where they were asked for', async () => {
    const one = write('one.csv', csv('x,y', ROWS.slice(0, 30)));
    const density = ['--algorithm', 'hdbscan', '--min-cluster-size', '25', '--resamples', '2'];
    const found = await lab(one, ...density);
    expect([found.code, found.document.chosen]).toEqual([0, null]);
    expect(found.document.why).toContain('No candidate can be chosen');
    const { code, document } = await lab(one, ...density, '--labels', path('none.csv'));
    expect([code, document.labels, existsSync(path('none.csv'))]).toEqual([1, null, false]);
  });
});

describe('likelihood ratio tests', () => {
  it('are a sequence of the chosen covariance model, that ends with the first that is not significant', async () => {
    const { document } = await lab(path('groups.csv'), '--rule', 'bic', '--models', 'EII', '--k', '1..4', '--blrt', '20', '--starts', '3');
    expect(document.blrt.partial).toBe(false);
    const { model, k, steps, interrupted } = document.blrt;
    expect([model, k, interrupted]).toEqual(['EII', 3, false]);
    // The first two gains are beyond every draw: p = 1 / (20 + 1).
    expect(steps.map(({ k: own, p }: { k: number; p: number }) => [own, p < 0.05])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
    expect(steps[0]).toMatchObject({ p: 1 / 21, draws: 20, failed: 0 });
  });

  it('end when their time is up: the draws made so far, and what p could have been on all', async () => {
    const args = ['--rule', 'bic', '--models', 'EII', '--k', '1..4', '--blrt', '10000', '--blrt-seconds', '1'];
    const { code, document } = await lab(path('groups.csv'), ...args);
    expect(code).toBe(0);
    expect(document.blrt).toMatchObject({ partial: true, interrupted: false, k: null });
    const [{ draws, planned, p, bounds }] = document.blrt.steps;
    expect(draws).toBeGreaterThan(0);
    expect(draws).toBeLessThan(10_000);
    expect([planned, p]).toEqual([10_000, 1 / (1 + draws)]);
    expect(bounds).toEqual([1 / 10_001, (10_001 - draws) / 10_001]);
    expect(document.blrt.ended).toContain('the time is up');
  });
});

describe('for people', () => {
  it('there is a table whose head says what BIC is, the reason for what is not estimable, and why', async () => {
    // y has 60 times the same value: a component of its own variance collapses on it.
    const file = write(
      'tied.csv',
      csv(
        'x,y',
        ROWS.map(([x, y], i) => [x, i < 60 ? 1 : y]),
      ),
    );
    const { code, stdout } = await dramatis('lab', file, '--rule', 'bic', '--models', 'EEI,VVI', '--k', '1..3');
    expect(code).toBe(0);
    expect(stdout).toContain('tied.csv: 72 of 72 rows used');
    expect(stdout).toContain('BIC (lower is better; mclust prints its negative)');
    expect(stdout).toMatch(/not estimable\nmodel +k  reason\nVVI +2  component \d of 2 .* on y: /);
    expect(stdout).toMatch(/E.I,\d has the lowest BIC, -?[\d.]+ \(mclust prints -?[\d.]+\)/);
  });

  it('all algorithms are shown, and the best of each compared', async () => {
    const { stdout } = await dramatis('lab', path('groups.csv'), '--k', '2..3', '--models', 'EEI', '--resamples', '3');
    for (const heading of ['mixtures: BIC', 'k-means', 'hierarchical, ward', 'density', 'the best of each algorithm'])
      expect(stdout).toContain(heading);
    expect(stdout).not.toMatch(/customer|persona|modeling\./);
  });

  it('--help has every status and examples', async () => {
    const { stdout } = await dramatis('lab', '--help');
    for (const word of ['not estimable', 'rejected', 'Examples:', '--labels', 'mclust']) expect(stdout).toContain(word);
  });
});
