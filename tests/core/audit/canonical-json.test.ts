import fc from 'fast-check';
import { canonicalJson } from '../../../src/core/audit';

describe('canonicalJson', () => {
  it('gives the text of the example in RFC 8785, section 3.2.3', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'\u0042\u0022\u005c\\"\u002f',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts keys by UTF-16 code units, as in RFC 8785, section 3.2.3', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    // By code point the emoji (U+1F600) would come last; by code unit (D83D) it precedes U+FB33.
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  it.each([
    // IEEE 754 bits and text from RFC 8785, appendix B
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
  ])('prints the double %s as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE(0))).toBe(text);
  });

  it.each([
    ['NaN', { a: [1, { b: Number.NaN }] }, '$.a[1].b is NaN'],
    ['an infinity', { a: Number.NEGATIVE_INFINITY }, '$.a is -Infinity'],
    ['undefined', { a: undefined }, '$.a is undefined'],
    ['a hole in an array', new Array(1), '$[0] is undefined'],
    ['a bigint', [1n], '$[0] is a bigint'],
    ['a date', { at: new Date(0) }, '$.at is neither'],
    ['a typed array', { x: Float64Array.of(1) }, '$.x is neither'],
    ['a lone surrogate', ['\ud800'], '$[0] is text with a lone surrogate'],
  ])('refuses %s, naming its path', (_, value, message) => {
    expect(() => canonicalJson(value)).toThrow(
      expect.objectContaining({ code: 'NOT_FINITE', message: expect.stringContaining(message) }),
    );
  });

  it('refuses a value that holds itself', () => {
    const loop: Record<string, unknown> = {};
    loop.again = { loop };
    expect(() => canonicalJson(loop)).toThrow('$.again.loop is part of itself');
  });

  it('writes an object that occurs twice, but not inside itself, twice', () => {
    const shared = { a: 1 };
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
  });

  it('reads back as the same value, and does not depend on the order of keys', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([k, v]) => [k, shuffled(v)]),
      );
    };
    const jsonValue = fc.jsonValue().map((v): unknown => JSON.parse(JSON.stringify(v)));
    fc.assert(
      fc.property(jsonValue, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(value);
        expect(canonicalJson(shuffled(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});
