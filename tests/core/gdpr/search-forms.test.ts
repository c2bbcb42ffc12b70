import fc from 'fast-check';
import { searchForms } from '../../../src/core/gdpr/search-forms';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** RFC 4648 base32, written the plain way. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[parseInt(five.padEnd(5, '0'), 2)]).join('');
}

const text = fc.string({ minLength: 12, maxLength: 30, unit: 'grapheme-ascii' });
const around = fc.uint8Array({ maxLength: 12 });

it('finds a text in whatever a longer text around it was encoded to', () => {
  fc.assert(
    fc.property(text, around, around, (secret, before, after) => {
      const whole = Buffer.concat([before, Buffer.from(secret), after]);
      const forms = searchForms(secret);
      const found = (haystack: string) => forms.some((form) => form.length >= 12 && haystack.includes(form));
      for (const encoded of [
        whole.toString('hex'),
        whole.toString('hex').toUpperCase(),
        whole.toString('base64'),
        whole.toString('base64url'),
        base32(whole),
        base32(whole).toLowerCase(),
      ])
        expect(found(encoded)).toBe(true);
      expect(whole.includes(forms[0]!)).toBe(true);
    }),
  );
});

it('gives the forms of RFC 4648', () => {
  expect(searchForms('foobar')).toEqual(expect.arrayContaining(['foobar', '666f6f626172', 'Zm9vYmFy', 'MZXW6YTBO', 'mzxw6ytbo']));
});

it('leaves out encoded forms so short that they are found by chance, never the text itself', () => {
  expect(searchForms('ab')).toEqual(['ab']);
});
