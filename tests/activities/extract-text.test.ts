import { gzipSync } from 'node:zlib';
import { extract } from '../../src/activities/extract';
import type { StageOutput } from '../../src/activities/stage';
import { COLUMNS, configWith, createStages, project, type SourceInput } from './extract-support';

const stages = createStages();
afterAll(() => stages.env.dispose());

const HEADER = 'customer,order,product,quantity,price,at';
const row = (i: number): string => `c${i % 300},o${i},p${i % 40},2,1.50,2011-11-01 10:00:00`;
const rowsOf = (n: number): string[] => Array.from({ length: n }, (_, i) => row(i));
/** A file whose header is line 1 and whose line n holds `lines[n]`, a row like any other where there is none. */
const fileOf = (last: number, lines: Readonly<Record<number, string>> = {}): string =>
  [HEADER, ...Array.from({ length: last - 1 }, (_, i) => lines[i + 2] ?? row(i)), ''].join('\n');

const read = (content: string | Uint8Array, source: SourceInput = {}, asOf = '2011-12-09'): Promise<StageOutput> =>
  stages.run(extract, configWith({ path: 'x.csv', format: 'csv', ...source }), {
    dir: project({ 'x.csv': content }),
    asOf,
  });

describe('a stray quote', () => {
  // Two of them, 10,000 lines apart, once cost 10,001 of 14,838 rows and counted as one rejected row.
  const stray = fileOf(14_838, { 2000: 'c7,"o9,SH1,2,1.50,2011-11-01', 12_000: 'c7,"o9,SH1,2,1.50,2011-11-01' });

  it.each<[string, string | Uint8Array]>([
    ['text', stray],
    ['gzip', gzipSync(stray)],
    ['CR LF', stray.replaceAll('\n', '\r\n')],
    ['CR alone', stray.replaceAll('\n', '\r')],
  ])('stops the run with the lines it swallowed: %s', async (_, content) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      message: expect.stringMatching(
        /^x\.csv: one record spans lines 2000 to 12000: a stray quote\?.*csv\.multiline: true/,
      ) as string,
      details: { file: 'x.csv', first: 2000, last: 12_000, records: 1 },
    });
  });

  it('stops the run as well where values may hold line breaks, for a record has no 1,001 lines', async () => {
    await expect(read(stray, { csv: { multiline: true } })).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      details: { first: 2000, last: 12_000 },
    });
    const long = (lines: number): string => fileOf(5, { 3: `c1,o1,"${'\n'.repeat(lines - 1)}",2,1.50,2011-11-01` });
    await expect(read(long(1001), { csv: { multiline: true } })).rejects.toMatchObject({
      details: { first: 3, last: 1003 },
    });
    expect((await read(long(1000), { csv: { multiline: true } })).rowsOut).toBe(4);
  });

  it.each([false, true])('that is never closed stops the run (multiline: %s)', async (multiline) => {
    const open = fileOf(5000, { 200: 'c7,"o9,SH1,2,1.50,2011-11-01' });
    await expect(read(open, { csv: { multiline } })).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      message: expect.stringContaining('x.csv: the quote that opens on line 200 is never closed') as string,
      details: { first: 200, last: 5000 },
    });
  });

  it('names the first and the longest of several records that span lines', async () => {
    const text = fileOf(9, { 3: 'c1,o1,"a\nb",2,1.50,2011-11-01', 5: 'c1,o1,"a\n\nb",2,1.50,2011-11-01' });
    await expect(read(text)).rejects.toMatchObject({
      message: expect.stringContaining(
        'spans lines 3 to 4 (the first of 2 such records, the longest spans lines 6 to 8)',
      ) as string,
    });
    expect((await read(text, { csv: { multiline: true } })).rowsOut).toBe(8);
  });

  it('inside of one line is read or counted as before', async () => {
    const { rowsOut, warnings } = await read(
      fileOf(300, { 5: 'c1,o1,"a, ""b""",2,1.50,2011-11-01', 9: 'c1,"o"x,p,2,1,2011-11-01' }),
    );
    expect([rowsOut, warnings]).toEqual([298, []]);
  });
});

describe('a file cut in mid-line', () => {
  it('is named in a warning where the last line lacks cells', async () => {
    const whole = fileOf(300);
    const cut = whole.slice(0, whole.length - 30);
    const { rowsOut, warnings } = await read(cut);
    expect([rowsOut, warnings]).toEqual([298, ['transactions: x.csv ends in mid-line (line 300): truncated export?']]);
    // The last line end alone is often left out.
    expect((await read(whole.slice(0, -1))).warnings).toEqual([]);
    expect((await read(`\ufeff"cust,omer",${fileOf(300).slice(0, -1)}`.replace(/\n/g, '\n9,'))).warnings).toEqual([
      'transactions: 1 columns are not declared and were ignored: cust,omer',
    ]);
  });
});

describe('text that is not UTF-8', () => {
  const latin1 = Buffer.from(fileOf(2000, { 1500: 'c1,o1,Gr\u00f6\u00dfe,2,1.50,2011-11-01' }), 'latin1');

  it('is named with its first line, in a warning or in the error', async () => {
    const said = 'x.csv is not UTF-8, first on line 1500: export it as UTF-8';
    expect((await read(latin1)).warnings).toEqual([`transactions: ${said}`]);
    await expect(read(latin1, { maxRejected: 0 })).rejects.toMatchObject({
      code: 'REJECTED_TOO_MANY',
      message: expect.stringContaining(said) as string,
    });
    await expect(read(gzipSync(latin1), { maxRejected: 0 })).rejects.toMatchObject({
      message: expect.stringContaining(said) as string,
    });
  });

  it('is not said of UTF-8', async () => {
    const text = fileOf(200_000, { 1500: 'c1,o1,Größe 漢字 😀,2,1.50,2011-11-01' }).replaceAll(',p7,', ',ß漢😀,');
    expect((await read(text)).warnings).toEqual([]);
  });
});

describe('a header of one cell', () => {
  it.each([
    [';', '";"'],
    ['\t', '"\\t"'],
    ['|', '"|"'],
  ])('that holds another delimiter names it: %j', async (delimiter, shown) => {
    await expect(read(fileOf(20).replaceAll(',', delimiter))).rejects.toMatchObject({
      code: 'COLUMN_MISSING',
      message: `x.csv: there is no column "customer" (customer_id): the header is one cell that holds ${shown}; set csv.delimiter: ${shown}`,
    });
  });

  it('is asked about commas where another delimiter is declared', async () => {
    await expect(read(fileOf(20), { csv: { delimiter: ';' } })).rejects.toMatchObject({
      message: expect.stringContaining('set csv.delimiter: ","') as string,
    });
  });
});

describe('too many rejected rows', () => {
  it('are told by reason, with the first line of each', async () => {
    const bad = { 40: 'c1,o1,p1,x,1.50,2011-11-01', 60: 'c1,o1,p1,y,1.50,2011-11-01', 77: 'c1,o1,p1,1,z,2011-11-01' };
    await expect(read(fileOf(100, bad))).rejects.toMatchObject({
      code: 'REJECTED_TOO_MANY',
      message: expect.stringContaining(
        '(unreadable quantity: 2 (first: x.csv line 40), unreadable unit_price: 1 (first: x.csv line 77))',
      ) as string,
    });
  });

  it('are told by the lines the reader dropped, in each file', async () => {
    const config = configWith({ path: 'in', format: 'csv' });
    const dir = project({ 'in/a.csv': fileOf(30, { 8: 'c1', 9: 'c2' }), 'in/b.csv': fileOf(30, { 21: 'c1' }) });
    await expect(stages.run(extract, config, { dir })).rejects.toMatchObject({
      message: expect.stringContaining('unreadable line: 3 (first: a.csv line 8, b.csv line 21)') as string,
    });
  });
});

describe('rows after the as-of day', () => {
  const later = (n: number): string =>
    [HEADER, ...rowsOf(200 - n), ...rowsOf(n).map((line) => line.replace('2011-11', '2012-01')), ''].join('\n');

  it('are named in the summary and a warning where they are more than 1 % of the rows', async () => {
    const { summary, warnings } = await read(later(3));
    expect(summary).toBe('197 transactions from 1 file, 3 rejected (3 after as-of)');
    expect(warnings).toEqual([
      'transactions: 3 of 200 rows are after the as-of day 2011-12-09 and were left out; is it the day you meant?',
    ]);
  });

  it('are counted only where they are fewer', async () => {
    const { summary, warnings } = await read(later(2));
    expect([summary, warnings]).toEqual(['198 transactions from 1 file, 2 rejected', []]);
  });
});

describe('a price declared as an integer', () => {
  const columns = { ...COLUMNS, unit_price: { from: 'price', type: 'integer' } };

  it('is unreadable where it has a fraction', async () => {
    const whole = fileOf(200).replaceAll(',1.50,', ',3,').replace(',3,', ',3.00,');
    expect((await read(whole, { columns })).rowsOut).toBe(199);
    await expect(read(whole.replace(',3,', ',20.33,'), { columns, maxRejected: 0 })).rejects.toMatchObject({
      details: { reasons: [{ reason: 'unreadable unit_price', rows: 1 }] },
    });
    const ndjson = JSON.stringify({
      customer: 'c',
      order: 'o',
      product: 'p',
      quantity: 1,
      price: 20.33,
      at: '2011-11-01',
    });
    await expect(read(ndjson, { columns, format: 'ndjson', maxRejected: 0 })).rejects.toMatchObject({
      details: { reasons: [{ reason: 'unreadable unit_price', rows: 1 }] },
    });
  });
});
