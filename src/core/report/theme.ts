import { readable, mix } from './colour';

/**
 * Colours of one appearance. Texts have a contrast of at least 4.5 on `page` and `panel`, marks of at least 3 (WCAG 2.2, 1.4.3 and 1.4.11);
 * a test works both out. Persona colours stay apart for the common forms of colour blindness and never stand alone: a number, a name or a shape goes with them.
 */
export interface Theme {
  readonly page: string;
  readonly panel: string;
  readonly raised: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly grid: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  readonly neutral: string;
  /** Low, middle and high end of the diverging scale. */
  readonly low: string;
  readonly middle: string;
  readonly high: string;
  readonly personas: readonly string[];
}

export const LIGHT: Theme = {
  page: '#f7f6f3',
  panel: '#ffffff',
  raised: '#f2f0eb',
  ink: '#1d2329',
  soft: '#59626c',
  line: '#dedbd3',
  grid: '#e9e6df',
  accent: '#0f5c8c',
  accentSoft: '#d6e6f0',
  good: '#1a6b45',
  warn: '#8a5300',
  bad: '#a8281e',
  neutral: '#7b848d',
  low: '#b4530f',
  middle: '#f6f4ef',
  high: '#1f5fa0',
  personas: ['#12518f', '#b07d1a', '#0a9a84', '#8c1a10', '#8a86c8', '#5c2348', '#7030c4', '#c8365a'],
};

export const DARK: Theme = {
  page: '#12161a',
  panel: '#1a2026',
  raised: '#222a31',
  ink: '#e8eaec',
  soft: '#a6b0ba',
  line: '#333d46',
  grid: '#2a333b',
  accent: '#7cc0ea',
  accentSoft: '#1d3b4e',
  good: '#6fd0a0',
  warn: '#e5b25d',
  bad: '#f59387',
  neutral: '#87929d',
  low: '#e0863f',
  middle: '#232b32',
  high: '#5aa5e6',
  personas: ['#9ca8f0', '#e65526', '#60e49c', '#a86084', '#dce03a', '#9060e4', '#c05448', '#f0b4d8'],
};

/** Steps on each side of the middle of the diverging scale, and of the sequential scale. */
export const HEAT_STEPS = 8;

export interface HeatColour {
  readonly fill: string;
  readonly text: string;
}

/** Step −HEAT_STEPS..HEAT_STEPS of the diverging scale, with the text colour that reads best on it. */
export function diverging(theme: Theme, step: number): HeatColour {
  const fill = mix(theme.middle, step < 0 ? theme.low : theme.high, Math.abs(step) / HEAT_STEPS);
  return { fill, text: readable(fill) };
}

/** The step for a value on a symmetric scale that ends at ±limit. */
export const heatStep = (value: number, limit: number): number =>
  Math.max(-HEAT_STEPS, Math.min(HEAT_STEPS, Math.round((value / limit) * HEAT_STEPS)));

/** Persona colours repeat after this many; numbers and shapes go on. */
export const PERSONA_COLOURS = LIGHT.personas.length;
