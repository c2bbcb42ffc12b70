import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { extract } from '../../src/activities/extract';
import type { ExtractReport } from '../../src/contracts/reports';
import { configWith, createStages, project } from './extract-support';

const stages = createStages();
afterAll(() => stages.env.dispose());

/** 5,000 lines with leading zeros, quotes, line ends, commas, unicode, missing customers and a load time, as a warehouse would write them. */
const ROWS = `
  SELECT
    CASE WHEN i % 7 = 0 THEN NULL ELSE lpad((i % 400)::VARCHAR, 6, '0') END AS customer,
    (500000 + i // 3)::VARCHAR                                           AS "order",
    ['22423', '85123A', 'POST', '"q"', 'a,b'][1 + i % 5]                 AS product,
    (i % 11 - 3)::INTEGER                                                AS quantity,
    ((i % 997) / 100.0)::DOUBLE                                          AS price,
    TIMESTAMP '2011-01-01 08:00:00' + to_minutes(i * 7)                  AS at,
    ['plain', 'with "quotes"', 'two' || chr(10) || 'lines', 'Größe, 漢字', NULL, ' outer '][1 + i % 6] AS name,
    DATE '2011-01-01' + (i % 300)::INTEGER                               AS loaded,
    i % 2 = 0                                                            AS gift
  FROM range(5000) t(i)`;

async function writeAll(folder: string, order: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE rows AS SELECT * FROM (${ROWS}) ORDER BY ${order}`);
  await connection.run(`COPY rows TO '${folder}/rows.parquet' (FORMAT parquet)`);
  await connection.run(`COPY rows TO '${folder}/rows.csv' (FORMAT csv, HEADER)`);
  await connection.run(`COPY rows TO '${folder}/rows.ndjson' (FORMAT json)`);
  connection.disconnectSync();
  instance.closeSync();
}

const columns = {
  customer_id: { from: 'customer', type: 'text' },
  order_id: { from: 'order', type: 'text' },
  product_code: { from: 'product', type: 'text' },
  quantity: { from: 'quantity', type: 'integer' },
  unit_price: { from: 'price', type: 'decimal' },
  ordered_at: { from: 'at', type: 'timestamp' },
  product_name: { from: 'name', type: 'text' },
  loaded_on: { from: 'loaded', type: 'date' },
  gift: { from: 'gift', type: 'boolean' },
};

/** Names hold line ends. */
const MULTILINE = { multiline: true };

describe('the same rows in four formats', () => {
  it('give one profile hash and the same bytes, whatever the format, the order of rows and the number of threads', async () => {
    const folder = project();
    await writeAll(folder, '"at"');
    const csv = readFileSync(join(folder, 'rows.csv'), 'utf8');
    const shuffled = project({ 'rows.csv.gz': gzipSync(csv) });
    await writeAll(shuffled, 'md5("at"::VARCHAR)');
    const single = createStages(1);
    const seen: Record<string, unknown>[] = [];
    for (const [runner, dir, path, format] of [
      [stages, folder, 'rows.parquet', 'parquet'],
      [stages, folder, 'rows.csv', 'csv'],
      [stages, folder, 'rows.ndjson', 'ndjson'],
      [stages, shuffled, 'rows.csv.gz', 'csv'],
      [stages, shuffled, 'rows.parquet', 'parquet'],
      [single, shuffled, 'rows.csv', 'csv'],
    ] as const) {
      const { outputs } = await runner.run(extract, configWith({ path, format, columns, csv: MULTILINE }), { dir });
      const report = await runner.env.artifacts.readJson<ExtractReport>(outputs['extract.report']!);
      const { profileHash, rowsIn, kept, rejected } = report.sources[0]!;
      seen.push({ profileHash, rowsIn, kept, rejected, sha256: outputs['extract.transactions']!.sha256 });
    }
    await single.env.dispose();
    expect(seen[0]).toMatchObject({ rowsIn: 5000, kept: 5000, rejected: [] });
    expect(new Set(seen.map((entry) => JSON.stringify(entry))).size).toBe(1);
  });

  it('give another profile hash when one value differs', async () => {
    const folder = project();
    await writeAll(folder, '"at"');
    const csv = readFileSync(join(folder, 'rows.csv'), 'utf8');
    const other = project({ 'rows.csv': csv.replace('Größe, 漢字', 'Größe, 漢子') });
    const hashes = [];
    for (const dir of [folder, other]) {
      const config = configWith({ path: 'rows.csv', format: 'csv', columns, csv: MULTILINE });
      const { facts } = await stages.run(extract, config, { dir });
      hashes.push((facts['transactions'] as { profileHash: string }).profileHash);
    }
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  it('are read from many files as from one', async () => {
    const folder = project();
    await writeAll(folder, '"at"');
    const csv = readFileSync(join(folder, 'rows.csv'), 'utf8');
    const [header = '', ...lines] = csv.split(/\n(?=\d{6},|,5)/); // records start with an id or without customer
    const parts = Object.fromEntries(
      ['b', 'a', 'c'].map((name, i) => [
        `parts/${name}.csv`,
        `${[header.replace(/\n$/, ''), ...lines.filter((_, j) => j % 3 === i)].join('\n').replace(/\n$/, '')}\n`,
      ]),
    );
    const source = { format: 'csv', columns, csv: MULTILINE };
    const whole = await stages.run(extract, configWith({ path: 'rows.csv', ...source }), { dir: folder });
    for (const path of ['parts', 'parts/*.csv', '**/*.csv']) {
      const { outputs, summary } = await stages.run(extract, configWith({ path, ...source }), {
        dir: project(parts),
      });
      expect(summary).toBe('5,000 transactions from 3 files');
      expect(outputs['extract.transactions']).toEqual(whole.outputs['extract.transactions']);
    }
  });
});

describe('clocks of a source', () => {
  const HEADER = 'customer,order,product,quantity,price,at,loaded\n';
  const line = (at: string, loaded: string): string => `c1,o1,p1,1,1.00,${at},${loaded}\n`;
  const withLoad = {
    ...columns,
    product_name: undefined,
    gift: undefined,
    loaded_on: undefined,
    loaded: { from: 'loaded', type: 'timestamp' },
  };
  const used = Object.fromEntries(Object.entries(withLoad).filter(([, column]) => column !== undefined));

  async function rejected(
    csv: string,
    source: Record<string, unknown>,
    options: { asOf: string; knownAt?: string; timeZone?: string },
  ): Promise<unknown> {
    const config = configWith(
      { path: 'x.csv', format: 'csv', columns: used, maxRejected: 1, ...source },
      { timeZone: options.timeZone ?? 'UTC' },
    );
    const { outputs } = await stages.run(extract, config, {
      dir: project({ 'x.csv': HEADER + csv }),
      asOf: options.asOf,
      knownAt: options.knownAt ?? null,
    });
    const report = await stages.env.artifacts.readJson<ExtractReport>(outputs['extract.report']!);
    return { kept: report.sources[0]?.kept, rejected: report.sources[0]?.rejected };
  }

  it('rejects a row seven months old where six are allowed, keeps one exactly six months old, and counts it', async () => {
    const csv =
      line('2011-05-09', '2011-05-09') +
      line('2011-06-09', '2011-06-09') +
      line('2011-06-08 23:59:59', '2011-06-08 23:59:59');
    expect(await rejected(csv, { freshness: { column: 'loaded', maxAgeMonths: 6 } }, { asOf: '2011-12-09' })).toEqual({
      kept: 1,
      rejected: [{ reason: 'stale', rows: 2 }],
    });
  });

  it('sees the as-of day to its last microsecond in business time, and nothing after it', async () => {
    const csv =
      line('2011-12-09 23:59:59.999999', '') +
      line('2011-12-10 00:00:00', '') +
      line('2011-12-09T23:30:00Z', '') +
      line('2011-12-09T22:30:00Z', '');
    // 23:30 UTC is half past midnight in Berlin, the day after
    expect(await rejected(csv, {}, { asOf: '2011-12-09', timeZone: 'Europe/Berlin' })).toEqual({
      kept: 2,
      rejected: [{ reason: 'after as-of', rows: 2 }],
    });
  });

  it('hides rows loaded after known-at, and rejects rows without a load time only then', async () => {
    const csv =
      line('2011-12-01', '2011-12-02 10:00:00') + line('2011-12-01', '2011-12-02 12:00:01') + line('2011-12-01', '');
    const source = { knownAt: 'loaded' };
    expect(
      await rejected(csv, source, { asOf: '2011-12-09', knownAt: '2011-12-02T11:00:00Z', timeZone: 'Europe/Berlin' }),
    ).toEqual({
      kept: 1,
      rejected: [
        { reason: 'after known-at', rows: 1 },
        { reason: 'missing loaded', rows: 1 },
      ],
    });
    expect(await rejected(csv, source, { asOf: '2011-12-09' })).toEqual({ kept: 3, rejected: [] });
  });
});
