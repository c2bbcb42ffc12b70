import { gzipSync } from 'node:zlib';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { extract } from '../../src/activities/extract';
import type { ExtractReport } from '../../src/contracts/reports';
import { COLUMNS, configWith, createStages, project, type SourceInput } from './extract-support';

const stages = createStages();
afterAll(() => stages.env.dispose());

const HEADER = 'customer,order,product,quantity,price,at';
const GOOD = 'c1,o1,p1,2,1.50,2011-12-01 10:00:00';
const csv = (...lines: string[]): string => [HEADER, ...lines, ''].join('\n');
const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

type Files = Readonly<Record<string, string | Uint8Array>>;
const SECRET = 'jane@example.org';

/** What came of an export: counts by reason, or the code of the error. Every message and report is searched for the customer-level canary. */
async function outcome(
  files: Files,
  source: SourceInput = {},
  prepare?: (dir: string) => void | Promise<void>,
): Promise<Record<string, unknown>> {
  const dir = project(files);
  await prepare?.(dir);
  const config = configWith({ path: Object.keys(files)[0] ?? 'x.csv', format: 'csv', maxRejected: 1, ...source });
  try {
    const { outputs, warnings, summary } = await stages.run(extract, config, { dir });
    const report = await stages.env.artifacts.readJson<ExtractReport>(outputs['extract.report']!);
    expect(JSON.stringify([report, warnings, summary])).not.toContain(SECRET);
    const { rowsIn, kept, rejected } = report.sources[0]!;
    expect(kept + rejected.reduce((sum, { rows }) => sum + rows, 0)).toBe(rowsIn);
    return { rowsIn, kept, rejected: Object.fromEntries(rejected.map(({ reason, rows }) => [reason, rows])) };
  } catch (error) {
    const { code, message, details } = error as { code?: string; message: string; details?: unknown };
    expect(`${message} ${JSON.stringify(details)}`).not.toContain(SECRET);
    if (code === undefined) throw error;
    return { code };
  }
}

async function parquet(dir: string, name: string, select: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${join(dir, name)}' (FORMAT parquet)`);
  connection.disconnectSync();
  instance.closeSync();
}
const select = (changes: Record<string, string> = {}, rows = 3): string => {
  const cells: Record<string, string> = {
    customer: `'c' || i`,
    order: `'o' || i`,
    product: `'p'`,
    quantity: '1::INTEGER',
    price: '1.5::DOUBLE',
    at: `TIMESTAMP '2011-12-01 10:00:00'`,
    ...changes,
  };
  return `SELECT ${Object.entries(cells)
    .map(([name, sql]) => `${sql} AS "${name}"`)
    .join(', ')} FROM range(${rows}) t(i)`;
};

const ok = (rowsIn: number, rejected: Record<string, number> = {}): Record<string, unknown> => ({
  rowsIn,
  kept: rowsIn - Object.values(rejected).reduce((sum, n) => sum + n, 0),
  rejected,
});

describe('delimited text', () => {
  it.each<[string, Files, SourceInput, Record<string, unknown>]>([
    ['a plain file', { 'x.csv': csv(GOOD, GOOD) }, {}, ok(2)],
    ['no line end after the last record', { 'x.csv': `${HEADER}\n${GOOD}` }, {}, ok(1)],
    ['CR LF', { 'x.csv': csv(GOOD, GOOD).replaceAll('\n', '\r\n') }, {}, ok(2)],
    ['CR alone', { 'x.csv': csv(GOOD, GOOD).replaceAll('\n', '\r') }, {}, ok(2)],
    ['line ends of both kinds', { 'x.csv': `${HEADER}\r\n${GOOD}\n${GOOD}\r\n` }, {}, { code: 'SOURCE_UNREADABLE' }],
    ['a byte order mark', { 'x.csv': `\ufeff${csv(GOOD)}` }, {}, ok(1)],
    ['a byte order mark and a quoted header', { 'x.csv': `\ufeff"customer",${HEADER.slice(9)}\n${GOOD}\n` }, {}, ok(1)],
    ['gzip', { 'x.csv.gz': gzipSync(csv(GOOD)) }, {}, ok(1)],
    ['gzip without the ending', { 'x.csv': gzipSync(csv(GOOD)) }, {}, ok(1)],
    [
      'gzip cut short',
      {
        'x.csv.gz': gzipSync(
          csv(...Array.from({ length: 5000 }, (_, i) => `c${i},o${i * 7919},p${i},1,1,2011-12-01`)),
        ).subarray(0, 9000),
      },
      {},
      { code: 'SOURCE_UNREADABLE' },
    ],
    ['two gzip members', { 'x.csv.gz': Buffer.concat([gzipSync(csv(GOOD)), gzipSync(`${GOOD}\n`)]) }, {}, ok(2)],
    ['0 bytes', { 'x.csv': '' }, {}, { code: 'SOURCE_EMPTY' }],
    ['blank lines only', { 'x.csv': '\n\n\n' }, {}, { code: 'SOURCE_EMPTY' }],
    ['a header only', { 'x.csv': csv() }, {}, { code: 'SOURCE_EMPTY' }],
    ['no header', { 'x.csv': `${GOOD}\n${GOOD}\n` }, {}, { code: 'COLUMN_MISSING' }],
    ['blank lines between records', { 'x.csv': csv(GOOD, '', GOOD, '', '') }, {}, ok(2)],
    ['a record cut short', { 'x.csv': csv(GOOD, SECRET, GOOD) }, {}, ok(3, { 'unreadable line': 1 })],
    [
      'a record too long',
      { 'x.csv': csv(GOOD, `${GOOD},${SECRET}`, `${GOOD},a,b,c`) },
      {},
      ok(3, { 'unreadable line': 2 }),
    ],
    ['every record cut short', { 'x.csv': csv('a', 'b') }, {}, { code: 'SOURCE_EMPTY' }],
    [
      'line ends inside quotes',
      { 'x.csv': csv('c1,o1,"two\nlines",2,1.5,2011-12-01', 'c1,o1,"two\r\nlines",2,1.5,2011-12-01', GOOD) },
      { csv: { multiline: true } },
      ok(3),
    ],
    ['quotes inside quotes', { 'x.csv': csv('c1,o1,"say ""hi"", all",2,1.5,2011-12-01', GOOD) }, {}, ok(2)],
    ['a quote inside a bare cell', { 'x.csv': csv('c1,o1,5" nail,2,1.5,2011-12-01', GOOD) }, {}, ok(2)],
    [
      'text after a closing quote',
      { 'x.csv': csv(`c1,o1,"${SECRET}"x,2,1.5,2011-12-01`, GOOD) },
      {},
      ok(2, { 'unreadable line': 1 }),
    ],
    [
      'a quote that is never closed',
      { 'x.csv': csv(GOOD, `c1,o1,"${SECRET},2,1.5,2011-12-01`, GOOD) },
      { csv: { multiline: true } },
      { code: 'SOURCE_UNREADABLE' },
    ],
    [
      'invalid UTF-8 in a record',
      { 'x.csv': bytes(`${HEADER}\n${GOOD}\nc2,o`, [0xff, 0xfe], `,p,1,1,2011-12-01\n${GOOD}\n`) },
      {},
      ok(3, { 'unreadable line': 1 }),
    ],
    [
      'invalid UTF-8 in the header',
      { 'x.csv': bytes('custo', [0xe9], `mer\n${GOOD}\n`) },
      {},
      { code: 'SOURCE_UNREADABLE' },
    ],
    [
      'Latin-1 text',
      { 'x.csv': Buffer.from(csv(GOOD, 'c1,o1,Gr\u00f6\u00dfe,1,1,2011-12-01'), 'latin1') },
      {},
      ok(2, { 'unreadable line': 1 }),
    ],
    [
      'UTF-16 with a mark',
      { 'x.csv': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(csv(GOOD), 'utf16le')]) },
      {},
      { code: 'SOURCE_UNREADABLE' },
    ],
    ['UTF-16 without a mark', { 'x.csv': Buffer.from(csv(GOOD), 'utf16le') }, {}, { code: 'SOURCE_UNREADABLE' }],
    [
      'a NUL in a value',
      { 'x.csv': csv(GOOD, 'c1,o\u00001,p,1,1,2011-12-01') },
      {},
      ok(2, { 'unreadable order_id': 1 }),
    ],
    [
      'a line of three megabytes',
      { 'x.csv': csv(GOOD, `c1,o1,${'x'.repeat(3e6)},1,1,2011-12-01`, GOOD) },
      {},
      ok(3, { 'unreadable line': 1 }),
    ],
    ['a renamed column', { 'x.csv': csv(GOOD).replace('quantity', 'Quantity') }, {}, { code: 'COLUMN_MISSING' }],
    [
      'a column named twice',
      { 'x.csv': csv(`${GOOD},9`).replace(HEADER, `${HEADER},price`) },
      {},
      { code: 'COLUMN_AMBIGUOUS' },
    ],
    [
      'a column named twice but for case',
      { 'x.csv': csv(`${GOOD},9`).replace(HEADER, `${HEADER},PRICE`) },
      {},
      { code: 'COLUMN_AMBIGUOUS' },
    ],
    ['an undeclared column named twice', { 'x.csv': csv(`${GOOD},9,9`).replace(HEADER, `${HEADER},x,x`) }, {}, ok(1)],
    [
      'columns in another order',
      { 'x.csv': 'at,price,quantity,product,order,customer\n2011-12-01,1.5,2,p,o,c\n' },
      {},
      ok(1),
    ],
    ['blank lines before the header', { 'x.csv': `\n\n${csv(GOOD)}` }, {}, { code: 'SOURCE_UNREADABLE' }],
    [
      'a line end of its own kind in a cell',
      { 'x.csv': csv('c1,o1,p\r1,2,1.5,2011-12-01', GOOD) },
      {},
      { code: 'SOURCE_UNREADABLE' },
    ],
    [
      'a blank before a quote',
      { 'x.csv': csv('c1,o1, "two\nlines",2,1.5,2011-12-01', GOOD) },
      { csv: { multiline: true } },
      ok(2),
    ],
    ['a comment sign', { 'x.csv': csv(`#${GOOD}`, GOOD) }, {}, ok(2)],
    ['a backslash before a quote', { 'x.csv': csv('c1,o1,"a\\",2,1.5,2011-12-01', GOOD) }, {}, ok(2)],
    ['an undeclared column without a name', { 'x.csv': csv(`${GOOD},9`).replace(HEADER, `${HEADER},`) }, {}, ok(1)],
    ['a semicolon instead of a comma', { 'x.csv': csv(GOOD).replaceAll(',', ';') }, {}, { code: 'COLUMN_MISSING' }],
    ['a semicolon that is declared', { 'x.csv': csv(GOOD).replaceAll(',', ';') }, { csv: { delimiter: ';' } }, ok(1)],
    [
      'texts that mean no value',
      { 'x.csv': csv('NULL,o1,\\N,1,1,2011-12-01') },
      { csv: { nulls: ['NULL', '\\N'] } },
      ok(1),
    ],
    ['Parquet named .csv', { 'x.csv': bytes('PAR1', [0, 1, 2], 'PAR1') }, {}, { code: 'SOURCE_UNREADABLE' }],
    ['a zip archive', { 'x.csv': bytes('PK', [3, 4], 'rest') }, {}, { code: 'SOURCE_UNREADABLE' }],
  ])('%s', async (_, files, source, expected) => {
    expect(await outcome(files, source)).toEqual(expected);
  });

  it.each<[string, string, Record<string, number>]>([
    ['a fraction of a piece', 'c,o,p,6.7,1,2011-12-01', { 'unreadable quantity': 1 }],
    ['digits with underscores', 'c,o,p,1_000,1,2011-12-01', { 'unreadable quantity': 1 }],
    ['a number beyond 64 bits', 'c,o,p,9223372036854775808,1,2011-12-01', { 'unreadable quantity': 1 }],
    ['words for a number', `c,o,p,${SECRET},1,2011-12-01`, { 'unreadable quantity': 1 }],
    ['a whole number with a point', 'c,o,p,6.0,1,2011-12-01', {}],
    ['a decimal comma', 'c,o,p,1,"1,50",2011-12-01', { 'unreadable unit_price': 1 }],
    ['NaN', 'c,o,p,1,NaN,2011-12-01', { 'unreadable unit_price': 1 }],
    ['infinity', 'c,o,p,1,-inf,2011-12-01', { 'unreadable unit_price': 1 }],
    ['money beyond 18 digits', 'c,o,p,1,123456789012345678901,2011-12-01', { 'unreadable unit_price': 1 }],
    ['an exponent', 'c,o,p,1,1.5e2,2011-12-01', {}],
    ['an ambiguous date without a format', 'c,o,p,1,1,01/02/2011', { 'unreadable ordered_at': 1 }],
    ['a date with slashes', 'c,o,p,1,1,2011/02/01', { 'unreadable ordered_at': 1 }],
    ['no such day', 'c,o,p,1,1,2011-02-30', { 'unreadable ordered_at': 1 }],
    ['no such hour', 'c,o,p,1,1,2011-02-03 25:00:00', { 'unreadable ordered_at': 1 }],
    ['the word infinity', 'c,o,p,1,1,infinity', { 'unreadable ordered_at': 1 }],
    ['no date', 'c,o,p,1,1,', { 'missing ordered_at': 1 }],
    ['no customer', ',o,p,1,1,2011-12-01', {}],
    ['the first of several reasons', 'c,o,p,x,y,z', { 'unreadable quantity': 1 }],
  ])('a row with %s', async (_, line, rejected) => {
    expect(await outcome({ 'x.csv': csv(GOOD, line) })).toEqual(ok(2, rejected));
  });

  it('keeps ids as they are: leading zeros, many digits, outer spaces', async () => {
    const ids = ['007', '12345678901234567890123', ' 7 ', '1e5', '1.0', '=1+1', 'NULL'];
    const { outputs } = await stages.run(extract, configWith({ path: 'x.csv', format: 'csv' }), {
      dir: project({ 'x.csv': csv(...ids.map((id) => `c,${id},p,1,1,2011-12-01`)) }),
    });
    const rows = await stages.rows(outputs['extract.transactions'], 'SELECT order_id FROM t.t');
    expect(new Set(rows.map(({ order_id }) => order_id))).toEqual(new Set(ids));
  });

  it('reads dates by the declared format and no other', async () => {
    const columns = { ...COLUMNS, ordered_at: { from: 'at', type: 'timestamp', format: '%d/%m/%Y' } };
    expect(
      await outcome(
        { 'x.csv': csv('c,o,p,1,1,01/02/2011', 'c,o,p,1,1,2011-02-01', 'c,o,p,1,1,31/02/2011') },
        { columns },
      ),
    ).toEqual(ok(3, { 'unreadable ordered_at': 2 }));
    const { outputs } = await stages.run(extract, configWith({ path: 'x.csv', format: 'csv', columns }), {
      dir: project({ 'x.csv': csv('c,o,p,1,1,01/02/2011') }),
    });
    expect(await stages.rows(outputs['extract.transactions'], 'SELECT ordered_at FROM t.t')).toEqual([
      { ordered_at: '2011-02-01 00:00:00' },
    ]);
  });
});

describe('lines of JSON', () => {
  const row = (changes: Record<string, unknown> = {}): string =>
    JSON.stringify({
      customer: 'c1',
      order: 'o1',
      product: 'p1',
      quantity: 2,
      price: 1.5,
      at: '2011-12-01 10:00:00',
      ...changes,
    });
  it.each<[string, string | Buffer, Record<string, unknown>]>([
    ['plain lines', `${row()}\n${row()}\n`, ok(2)],
    ['no line end after the last', row(), ok(1)],
    ['a byte order mark, CR LF and blank lines', `\ufeff${row()}\r\n\r\n   \r\n${row()}\r\n`, ok(2)],
    ['a broken line', `${row()}\n{"customer":"${SECRET}"\n${row()}\n`, ok(3, { 'unreadable line': 1 })],
    ['a list, a number and a word', `${row()}\n[1]\n5\n"${SECRET}"\n`, ok(4, { 'unreadable line': 3 })],
    ['numbers as ids', `${row({ order: 12345 })}\n`, ok(1)],
    ['fractions as ids', `${row({ order: 12345.5 })}\n${row()}\n`, ok(2, { 'unreadable order_id': 1 })],
    ['12345.0 as an id', `${row().replace('"o1"', '12345.0')}\n${row()}\n`, ok(2, { 'unreadable order_id': 1 })],
    ['an object in a cell', `${row({ product: { a: SECRET } })}\n${row()}\n`, ok(2, { 'unreadable product_code': 1 })],
    ['numbers as text', `${row({ quantity: '3', price: '2.50' })}\n`, ok(1)],
    ['null and missing keys', `${row({ customer: null })}\n${row({ product: undefined })}\n`, ok(2)],
    ['a key nobody has', `${row({ quantity: undefined })}\n`, { code: 'COLUMN_MISSING' }],
    ['keys that differ in case', `${row({ PRICE: 2 })}\n`, { code: 'COLUMN_AMBIGUOUS' }],
    ['invalid UTF-8', bytes(`${row()}\n{"customer":"`, [0xff], `"}\n`), ok(2, { 'unreadable line': 1 })],
    ['a control character', `${row()}\n{"customer":"a\u0001b"}\n`, ok(2, { 'unreadable line': 1 })],
    ['CSV in place of JSON', csv(GOOD), { code: 'SOURCE_EMPTY' }],
    ['an array over many lines', `[\n${row()},\n${row()}\n]\n`, ok(4, { 'unreadable line': 3 })],
    ['gzip', gzipSync(`${row()}\n`), ok(1)],
  ])('%s', async (_, content, expected) => {
    expect(await outcome({ 'x.ndjson': content }, { format: 'ndjson' })).toEqual(expected);
  });

  it('keeps every digit of a number that is an id', async () => {
    const line = row().replace('"o1"', '123456789012345678901234567890').replace('"p1"', '9007199254740993');
    const { outputs } = await stages.run(extract, configWith({ path: 'x.ndjson', format: 'ndjson' }), {
      dir: project({ 'x.ndjson': line }),
    });
    expect(await stages.rows(outputs['extract.transactions'], 'SELECT order_id, product_code FROM t.t')).toEqual([
      { order_id: '123456789012345678901234567890', product_code: '9007199254740993' },
    ]);
  });
});

describe('Parquet', () => {
  it.each<[string, Record<string, string>, Record<string, unknown>]>([
    ['the declared types', {}, ok(3)],
    ['integer ids', { customer: '(7 + i)::INTEGER', order: '9007199254740993::BIGINT' }, ok(3)],
    ['a floating-point id', { customer: '12345.0::DOUBLE' }, { code: 'COLUMN_TYPE' }],
    ['text for a number', { quantity: `'1'` }, { code: 'COLUMN_TYPE' }],
    ['a fraction type for pieces', { quantity: '1.5::DOUBLE' }, { code: 'COLUMN_TYPE' }],
    ['text for a time', { at: `'2011-12-01'` }, { code: 'COLUMN_TYPE' }],
    ['a list for text', { product: `['p']` }, { code: 'COLUMN_TYPE' }],
    [
      'NaN and infinities in prices',
      { price: `[1.5::DOUBLE, 'NaN'::DOUBLE, '-inf'::DOUBLE][1 + i]` },
      ok(3, { 'unreadable unit_price': 2 }),
    ],
    ['prices beyond the money type', { price: '1e30::DOUBLE' }, { code: 'SOURCE_EMPTY' }],
    [
      'infinite times',
      { at: `[TIMESTAMP 'infinity', TIMESTAMP '-infinity', TIMESTAMP '2011-12-01'][1 + i]` },
      ok(3, { 'unreadable ordered_at': 2 }),
    ],
    [
      'a number beyond 64 bits',
      { quantity: `[1::UBIGINT, 18446744073709551615::UBIGINT, 2::UBIGINT][1 + i]` },
      ok(3, { 'unreadable quantity': 1 }),
    ],
    ['nested columns nobody declared', { extra: `{'a': {'b': i}, 'c': [i]}`, zzz: 'i' }, ok(3)],
    ['a NUL in a text', { product: `'p' || chr(0)` }, { code: 'SOURCE_EMPTY' }],
  ])('%s', async (_, changes, expected) => {
    expect(
      await outcome({}, { path: 'x.parquet', format: 'parquet' }, (dir) => parquet(dir, 'x.parquet', select(changes))),
    ).toEqual(expected);
  });

  it.each<[string, (whole: Buffer) => Buffer, string]>([
    ['0 bytes', () => Buffer.alloc(0), 'SOURCE_EMPTY'],
    ['CSV named .parquet', () => Buffer.from(csv(GOOD)), 'SOURCE_UNREADABLE'],
    ['cut short', (whole) => whole.subarray(0, whole.length - 20), 'SOURCE_UNREADABLE'],
    ['only the magic', () => Buffer.from('PAR1'), 'SOURCE_UNREADABLE'],
    [
      'a footer of noise',
      (whole) => Buffer.concat([whole.subarray(0, -60), Buffer.alloc(52, 0xa5), whole.subarray(-8)]),
      'SOURCE_UNREADABLE',
    ],
  ])('%s', async (_, damage, code) => {
    const damaged = await outcome({}, { path: 'x.parquet', format: 'parquet' }, async (dir) => {
      await parquet(dir, 'x.parquet', select());
      writeFileSync(join(dir, 'x.parquet'), damage(readFileSync(join(dir, 'x.parquet'))));
    });
    expect(damaged).toEqual({ code });
  });

  it('has two columns that differ only in case', async () => {
    const seen = await outcome({}, { path: 'x.parquet', format: 'parquet' }, async (dir) => {
      await parquet(dir, 'x.parquet', select({ Pricf: '1' }));
      // The engine would rename the second one while writing, so the name is changed in the file.
      const file = join(dir, 'x.parquet');
      writeFileSync(file, Buffer.from(readFileSync(file).toString('latin1').replaceAll('Pricf', 'Price'), 'latin1'));
    });
    expect(seen).toEqual({ code: 'COLUMN_AMBIGUOUS' });
  });

  it('has no rows, or none the as-of day can see', async () => {
    expect(
      await outcome({}, { path: 'x.parquet', format: 'parquet' }, (dir) => parquet(dir, 'x.parquet', select({}, 0))),
    ).toEqual({ code: 'SOURCE_EMPTY' });
    expect(
      await outcome({}, { path: 'x.parquet', format: 'parquet' }, (dir) =>
        parquet(dir, 'x.parquet', select({ at: `TIMESTAMP '2012-01-01'` })),
      ),
    ).toEqual({ code: 'SOURCE_EMPTY' });
  });

  it('turns times with a zone into business time', async () => {
    const dir = project();
    await parquet(dir, 'x.parquet', select({ at: `TIMESTAMPTZ '2011-07-01 10:00:00Z'` }, 1));
    const { outputs } = await stages.run(
      extract,
      configWith({ path: 'x.parquet', format: 'parquet' }, { timeZone: 'Europe/Berlin' }),
      { dir },
    );
    expect(await stages.rows(outputs['extract.transactions'], 'SELECT ordered_at FROM t.t')).toEqual([
      { ordered_at: '2011-07-01 12:00:00' },
    ]);
  });
});

describe('places', () => {
  it.each<[string, Files, string, (dir: string) => void, Record<string, unknown>]>([
    ['a file that is not there', {}, 'nowhere.csv', () => undefined, { code: 'SOURCE_NOT_FOUND' }],
    ['a glob that matches nothing', { 'a.csv': csv(GOOD) }, '*.parquet', () => undefined, { code: 'SOURCE_NOT_FOUND' }],
    ['an empty folder', {}, 'in', (dir) => mkdirSync(join(dir, 'in')), { code: 'SOURCE_NOT_FOUND' }],
    [
      'a folder, without hidden and marker files',
      { 'in/a.csv': csv(GOOD), 'in/b.csv': csv(GOOD), 'in/_SUCCESS': '', 'in/.part': 'x' },
      'in',
      () => undefined,
      ok(2),
    ],
    [
      'a folder with a stray file',
      { 'in/a.csv': csv(GOOD), 'in/readme.txt': 'hello' },
      'in',
      () => undefined,
      { code: 'COLUMN_MISSING' },
    ],
    [
      'one file of two empty but for its header',
      { 'in/a.csv': csv(), 'in/b.csv': csv(GOOD) },
      'in',
      () => undefined,
      ok(1),
    ],
    [
      'one file of two of 0 bytes',
      { 'in/a.csv': '', 'in/b.csv': csv(GOOD) },
      'in',
      () => undefined,
      { code: 'SOURCE_EMPTY' },
    ],
    [
      'files with columns in different order',
      { 'in/a.csv': csv(GOOD), 'in/b.csv': 'at,price,quantity,product,order,customer\n2011-12-01,1.5,2,p,o,c\n' },
      'in',
      () => undefined,
      ok(2),
    ],
    [
      'one file of two without a column',
      { 'in/a.csv': csv(GOOD), 'in/b.csv': 'at,price\n2011-12-01,1\n' },
      'in',
      () => undefined,
      { code: 'COLUMN_MISSING' },
    ],
    [
      'a link that leads out of the folder',
      { 'in/a.csv': csv(GOOD), 'out.csv': csv(GOOD) },
      'in',
      (dir) => symlinkSync(join(dir, 'out.csv'), join(dir, 'in', 'z.csv')),
      { code: 'SOURCE_UNREADABLE' },
    ],
    [
      'a link to nothing',
      { 'in/a.csv': csv(GOOD) },
      'in',
      (dir) => symlinkSync(join(dir, 'gone'), join(dir, 'in', 'z.csv')),
      { code: 'SOURCE_NOT_FOUND' },
    ],
    [
      'a link somebody named',
      { 'real.csv': csv(GOOD) },
      'latest.csv',
      (dir) => symlinkSync(join(dir, 'real.csv'), join(dir, 'latest.csv')),
      ok(1),
    ],
    ['a quote in the name of the folder', { "it's/a.csv": csv(GOOD) }, "it's/*.csv", () => undefined, ok(1)],
  ])('%s', async (_, files, path, prepare, expected) => {
    expect(await outcome(files, { path }, prepare)).toEqual(expected);
  });

  it('names the nearest columns when one is missing', async () => {
    const run = stages.run(extract, configWith({ path: 'x.csv', format: 'csv' }), {
      dir: project({ 'x.csv': csv(GOOD).replace('quantity', 'qty_sold').replace('price', 'unit_price') }),
    });
    await expect(run).rejects.toMatchObject({
      code: 'COLUMN_MISSING',
      message: expect.stringContaining('x.csv') as string,
    });
    const other = stages.run(extract, configWith({ path: 'x.csv', format: 'csv' }), {
      dir: project({ 'x.csv': csv(GOOD).replace('quantity', 'Quantty') }),
    });
    await expect(other).rejects.toMatchObject({
      code: 'COLUMN_MISSING',
      details: { near: ['Quantty'] },
      message: expect.stringContaining('renamed to "Quantty"?') as string,
    });
  });

  it('lists undeclared columns as a warning', async () => {
    const { warnings } = await stages.run(extract, configWith({ path: 'x.csv', format: 'csv' }), {
      dir: project({ 'x.csv': csv(`${GOOD},a,b`).replace(HEADER, `${HEADER},note,colour`) }),
    });
    expect(warnings).toEqual(['transactions: 2 columns are not declared and were ignored: colour, note']);
  });
});

describe('damage', () => {
  const rows = Array.from({ length: 40 }, (_, i) =>
    i % 5 === 0 ? `c${i},o${i},"p, ${i}",2,1.50,2011-12-01 10:00:00` : `c${i},o${i},p${i},2,1.50,2011-12-01`,
  );
  const whole = Buffer.from(csv(...rows));

  it('of any byte gives a stable code or rows that add up', async () => {
    const codes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.constantFrom(0, 10, 13, 34, 44, 32, 255, 195),
        fc.constantFrom('set', 'insert', 'remove'),
        async (at, byte, how) => {
          const middle = how === 'remove' ? [] : [byte];
          const damaged = Buffer.concat([
            whole.subarray(0, at),
            Buffer.from(middle),
            whole.subarray(how === 'insert' ? at : at + 1),
          ]);
          const seen = await outcome({ 'x.csv': damaged });
          const code = 'code' in seen ? String(seen['code']) : 'reconciled';
          codes.set(code, (codes.get(code) ?? 0) + 1);
          expect(code).toMatch(/^(reconciled|SOURCE_UNREADABLE|COLUMN_MISSING|COLUMN_AMBIGUOUS|ROWS_LOST)$/);
        },
      ),
      { numRuns: 60, seed: 20111209 },
    );
    expect(codes.get('reconciled')).toBeGreaterThan(30);
  }, 120_000);
});

describe('trust', () => {
  it('stops where more rows than allowed cannot be read, after sealing the records', async () => {
    const content = csv(...Array.from({ length: 99 }, () => GOOD), `c,o,p,${SECRET},1,2011-12-01`);
    const dir = project({ 'x.csv': content });
    await expect(
      stages.run(extract, configWith({ path: 'x.csv', format: 'csv', maxRejected: 0.009 }), { dir }),
    ).rejects.toMatchObject({
      code: 'REJECTED_TOO_MANY',
      details: { rowsIn: 100, unreadable: 1, reasons: [{ reason: 'unreadable quantity', rows: 1 }] },
    });
    const { summary } = await stages.run(extract, configWith({ path: 'x.csv', format: 'csv', maxRejected: 0.01 }), {
      dir,
    });
    expect(summary).toBe('99 transactions from 1 file, 1 rejected');
    const vaults = readdirSync(join(stages.home, 'vault'));
    const sealed = readdirSync(join(stages.home, 'vault', vaults[0] ?? '', 'sealed')).map((name) =>
      join(stages.home, 'vault', vaults[0] ?? '', 'sealed', name),
    );
    expect(sealed.length).toBeGreaterThan(0);
    for (const file of sealed) expect(readFileSync(file).toString('latin1')).not.toContain(SECRET);
  });

  it('says so when a file changes between its hash and its reading', async () => {
    const dir = project({ 'x.csv': csv(GOOD) });
    const run = stages.run(extract, configWith({ path: 'x.csv', format: 'csv' }), {
      dir,
      between: () => appendFileSync(join(dir, 'x.csv'), `${GOOD}\n`),
    });
    await expect(run).rejects.toMatchObject({ code: 'INPUT_CHANGED', details: { file: 'x.csv' } });
  });

  const becomes = (content: string | Uint8Array) => (file: string) => writeFileSync(file, content);
  const cutShort = gzipSync(csv(...Array.from({ length: 5000 }, (_, i) => `c${i},o${i * 7919},p${i},1,1,2011-12-01`)));
  it.each<[string, (file: string) => void]>([
    ['empty', becomes('')],
    ['a header cut short', becomes('customer,ord')],
    ['half of a gzip file', becomes(cutShort.subarray(0, 9000))],
    ['half of a Parquet file', becomes('PAR1')],
  ])('a file that is %s because it is being written is INPUT_CHANGED, to be tried again', async (_, change) => {
    const dir = project({ 'x.csv': csv(GOOD) });
    const run = stages.run(extract, configWith({ path: 'x.csv', format: 'csv' }), {
      dir,
      between: () => change(join(dir, 'x.csv')),
    });
    await expect(run).rejects.toMatchObject({ code: 'INPUT_CHANGED', details: { file: 'x.csv' } });
  });

  it('writes no customer id anywhere but into the vault', async () => {
    const { outputs } = await stages.run(extract, configWith({ path: 'x.csv', format: 'csv' }), {
      dir: project({ 'x.csv': csv(`${SECRET},o1,p1,1,1.00,2011-12-01`, GOOD) }),
    });
    const rows = await stages.rows(outputs['extract.transactions']);
    expect(Object.keys(rows[0] ?? {})).toEqual([
      'row_id',
      'pid',
      'order_id',
      'product_code',
      'quantity',
      'unit_price',
      'ordered_at',
    ]);
    expect(rows.map(({ pid }) => pid)).toEqual([
      expect.stringMatching(/^c_[a-z2-7]{26}$/),
      expect.stringMatching(/^c_[a-z2-7]{26}$/),
    ]);
    for (const ref of Object.values(outputs))
      expect((await stages.env.artifacts.readBytes(ref)).toString('latin1')).not.toContain(SECRET);
  });

  it('stops at a cancellation', async () => {
    const controller = new AbortController();
    controller.abort();
    const run = stages.run(extract, configWith({ path: 'x.csv', format: 'csv' }), {
      dir: project({ 'x.csv': csv(GOOD) }),
      signal: controller.signal,
    });
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
