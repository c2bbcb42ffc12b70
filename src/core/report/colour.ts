type Rgb = readonly [number, number, number];

function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

const channel = (value: number): string => Math.round(value).toString(16).padStart(2, '0');

/** Straight line in sRGB from one colour to another, `share` in [0, 1]; colours as `#rrggbb`. */
export function mix(from: string, to: string, share: number): string {
  const a = parse(from);
  const b = parse(to);
  return `#${a.map((v, i) => channel(v + (b[i] - v) * share)).join('')}`;
}

/** Relative luminance of a colour, 0..1 (WCAG 2.2). */
export function luminance(hex: string): number {
  const [r, g, b] = parse(hex).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two colours, 1..21 (WCAG 2.2). */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever reads better on the colour: the better one has a contrast of at least 4.58 on any colour. */
export const readable = (fill: string): string =>
  contrast(fill, '#000000') >= contrast(fill, '#ffffff') ? '#000000' : '#ffffff';
