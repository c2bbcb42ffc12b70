import fc from 'fast-check';
import { countLines, countRecords, type RecordCounter } from '../../../src/adapters/duckdb/records';
import type { TextShape } from '../../../src/core/ports';

function shapeOf(counter: RecordCounter, bytes: Uint8Array, cuts: readonly number[] = []): TextShape {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  at.slice(1).forEach((end, i) => counter.push(bytes.subarray(at[i], end)));
  return counter.shape();
}
const shape = (text: string | Uint8Array): TextShape => shapeOf(countRecords(',', '"'), Buffer.from(text as string));

/** Line ends in one pass of a regular expression: the other way to number lines. */
const linesOf = (text: string): string[] => text.split(/\r\n|\r|\n/);

describe('the shape of text', () => {
  it.each<[string, Partial<TextShape>]>([
    ['a,b\n1,2\n', { lines: 2, spanning: null, neverClosed: null, cutShort: null, notUtf8: null }],
    [
      'a,b\r\n\r\n"1\r\n\r\n",2\r\n',
      { lines: 5, spanning: { records: 1, first: { first: 3, last: 5 }, longest: { first: 3, last: 5 } } },
    ],
    [
      'a,b\n"1\n",2\n"\n\n",2\n"\n\n",2',
      { spanning: { records: 3, first: { first: 2, last: 3 }, longest: { first: 4, last: 6 } } },
    ],
    ['a,b\n1,2\n3,"4\n', { lines: 3, neverClosed: 3, cutShort: null }],
    ['a,b\n1,2\n3', { lines: 3, cutShort: 3 }],
    ['a,b\n1,2\n3,', { lines: 3, cutShort: null }],
    ['a,b\n3\n', { lines: 2, cutShort: null }],
    ['\ufeff"a,b",c\n1,2', { cutShort: null }],
    ['', { lines: 0, cutShort: null }],
  ])('%j', (text, expected) => expect(shape(text)).toMatchObject(expected));

  it('does not depend on how the bytes are cut', () => {
    const text = fc.string({ maxLength: 40, unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '漢', '😀') });
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 8 }), fc.option(fc.nat()), (written, cuts, damage) => {
        const bytes = Buffer.from(written);
        if (damage !== null && bytes.length > 0) bytes[damage % bytes.length] = 0xe9;
        for (const counter of [() => countRecords(',', '"'), countLines])
          expect(shapeOf(counter(), bytes, cuts)).toEqual(shapeOf(counter(), bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the first line that is not UTF-8, whatever comes before it', () => {
    const line = fc.string({ maxLength: 5, unit: fc.constantFrom('a', ',', 'é', '漢', '😀') });
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom([0xe9], [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98]),
        fc.array(fc.nat(), { maxLength: 4 }),
        (before, eol, bad, cuts) => {
          const text = before.map((cells) => cells + eol).join('');
          const bytes = Buffer.concat([Buffer.from(text), Buffer.from(bad), Buffer.from(`${eol}é${eol}`)]);
          for (const counter of [countRecords(',', '"'), countLines()])
            expect(shapeOf(counter, bytes, cuts).notUtf8).toBe(linesOf(text).length);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
