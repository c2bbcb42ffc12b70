const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bits of some bytes from `skip` on, in groups of `size`, as digits; only digits that the bytes decide alone. */
function digits(bytes: Uint8Array, size: number, offset: number, alphabet: string): string {
  // `offset` bytes of something unknown come before: digits that they touch are left out.
  const first = Math.ceil((offset * 8) / size);
  const last = Math.floor(((offset + bytes.length) * 8) / size);
  let text = '';
  for (let i = first; i < last; i++) {
    let value = 0;
    for (let bit = i * size; bit < (i + 1) * size; bit++) {
      const at = bit - offset * 8;
      value = (value << 1) | (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    }
    text += alphabet.charAt(value);
  }
  return text;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Shorter ones are found by chance. */
const SHORTEST = 6;

/**
 * Every form in which a text may lie in a file: as it is, hex, base64 (both alphabets) and base32 (upper and lower case), the last two at each
 * place within a longer text that was encoded. Forms shorter than six characters are left out, the text itself never.
 */
export function searchForms(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const base64 = [0, 1, 2].map((offset) => digits(bytes, 6, offset, BASE64));
  const base32 = [0, 1, 2, 3, 4].map((offset) => digits(bytes, 5, offset, BASE32));
  const encoded = [
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    ...base32,
    ...base32.map((form) => form.toLowerCase()),
  ];
  return [...new Set([text, ...encoded.filter((form) => form.length >= SHORTEST)])];
}
