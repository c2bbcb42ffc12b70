import { DARK, LIGHT, type Theme } from './theme';

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** Vega-Lite config shared by all plots; colours are theme names. */
const CONFIG = {
  aria: false,
  background: null,
  font: FONT,
  padding: 4,
  view: { stroke: null },
  axis: {
    labelColor: '@soft',
    titleColor: '@soft',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: '@grid',
    domainColor: '@line',
    tickColor: '@line',
    labelLimit: 190,
  },
  axisX: { grid: false },
  legend: {
    labelColor: '@ink',
    titleColor: '@soft',
    labelFontSize: 13,
    titleFontSize: 12,
    symbolType: 'square',
    labelLimit: 260,
  },
  text: { color: '@ink' },
} as const;

/** The names plots may use as `@name`, with their colours in one appearance. */
export function plotColours(theme: Theme): Record<string, string> {
  const { personas, ...single } = theme;
  return { ...single, ...Object.fromEntries(personas.map((colour, i) => [`persona${i}`, colour])) };
}

/** What the browser code needs to draw the plots in the reader's appearance. */
export const plotThemes = () => ({ config: CONFIG, light: plotColours(LIGHT), dark: plotColours(DARK) });
