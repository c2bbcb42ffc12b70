import fc from 'fast-check';
import { countLines, countRecords, firstRecord } from '../../../src/adapters/duckdb/records';

const count = (text: string, cuts: readonly number[] = []): number => {
  const counter = countRecords(',', '"');
  const bytes = Buffer.from(text);
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  at.slice(1).forEach((end, i) => counter.push(bytes.subarray(at[i], end)));
  return counter.end();
};

/** Cells that need quotes get them, as RFC 4180 says. */
const write = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const cell = fc
  .string({ maxLength: 6, unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '\u6f22') })
  .map((text) => text.replace(/^ +(?=")/, ''));
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 8 });

describe('records', () => {
  it('are counted right for any well-formed text, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 4 }),
        (rows, eol, last, cuts) => {
          const text = rows.map((row) => row.map(write).join(',')).join(eol) + (last && rows.length > 0 ? eol : '');
          expect(count(text, cuts)).toBe(rows.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('give back the cells of the first one', () => {
    fc.assert(
      fc.property(table, fc.boolean(), (rows, mark) => {
        const text = (mark ? '\ufeff' : '') + rows.map((row) => row.map(write).join(',')).join('\n');
        expect(firstRecord(Buffer.from(text), ',', '"')).toEqual(rows[0] ?? 'empty');
      }),
      { numRuns: 500 },
    );
  });

  it('in lines do not count blank ones', () => {
    const counter = countLines();
    for (const part of ['{}\r\n', '\n  \n', '{"a":', '1}', '\n\t\n{}']) counter.push(Buffer.from(part));
    expect(counter.end()).toBe(3);
  });

  it('say why they are no header', () => {
    expect(firstRecord(Buffer.from('"a,b\n1,2\n'), ',', '"')).toMatch(/never closed/);
    expect(firstRecord(Buffer.from([0x61, 0xe9, 0x0a]), ',', '"')).toMatch(/UTF-8/);
    expect(firstRecord(Buffer.from('a,b', 'utf16le'), ',', '"')).toMatch(/NUL/);
    expect(firstRecord(Buffer.from('\n\na,b'), ',', '"')).toMatch(/blank lines/);
    expect(firstRecord(Buffer.from('\ufeff'), ',', '"')).toBe('empty');
  });
});
