import { contrast, mix } from '../../../src/core/report/colour';
import { DARK, diverging, HEAT_STEPS, heatStep, LIGHT, type Theme } from '../../../src/core/report/theme';

const TEXTS = ['ink', 'soft', 'accent', 'good', 'warn', 'bad'] as const;

/** Colour vision with one kind of cone missing, on linear sRGB (Machado, Oliveira and Fernandes 2009, severity 1.0). */
const VISION: Readonly<Record<string, readonly (readonly number[])[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function lab(hex: string, vision: readonly (readonly number[])[]): number[] {
  const linear = [1, 3, 5]
    .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  const [r, g, b] = vision.map((row) =>
    Math.max(
      0,
      row.reduce((sum, m, i) => sum + m * linear[i], 0),
    ),
  );
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const [x, y, z] = [
    f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047),
    f(0.2126 * r + 0.7152 * g + 0.0722 * b),
    f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883),
  ];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

it('measures contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10);
  // Mid grey #767676 on white is the well-known 4.54.
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  expect(mix('#000000', '#ffffff', 0.5)).toBe('#808080');
});

describe.each<[string, Theme]>([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s appearance', (_, theme) => {
  it.each(TEXTS)('has enough contrast for the text colour %s on every ground', (name) => {
    for (const ground of [theme.page, theme.panel]) expect(contrast(theme[name], ground)).toBeGreaterThanOrEqual(4.5);
  });
  it('has enough contrast for marks', () => {
    for (const mark of [...theme.personas, theme.neutral])
      expect(contrast(mark, theme.panel)).toBeGreaterThanOrEqual(3);
  });
  it('has readable text on every step of the heat map, and on the raised ground', () => {
    for (let step = -HEAT_STEPS; step <= HEAT_STEPS; step++) {
      const { fill, text } = diverging(theme, step);
      expect(contrast(fill, text)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(theme.soft, theme.raised)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(Object.keys(VISION))('keeps persona colours apart under %s', (name) => {
    const colours = theme.personas.map((hex) => lab(hex, VISION[name]));
    for (const [i, a] of colours.entries()) {
      // A difference of 20 in CIE L*a*b* is seen at a glance; 2.3 is just noticeable.
      for (const b of colours.slice(0, i)) expect(Math.hypot(...a.map((v, c) => v - b[c]))).toBeGreaterThan(20);
    }
  });
});

it('ends the heat scale at its limit', () => {
  expect([heatStep(-9, 1.5), heatStep(0, 1.5), heatStep(1.5, 1.5), heatStep(0.75, 1.5)]).toEqual([
    -HEAT_STEPS,
    0,
    HEAT_STEPS,
    HEAT_STEPS / 2,
  ]);
});
