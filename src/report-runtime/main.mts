import { followContents } from './contents.mjs';
import { browser } from './page.mjs';
import { Plot, type PlotThemes } from './plot.mjs';

const { document } = browser;
const json = (selector: string): unknown => JSON.parse(document.querySelector(selector)?.textContent ?? 'null');

const themes = json('#plot-themes') as PlotThemes;
const dark = browser.matchMedia('(prefers-color-scheme: dark)');
const plots: Plot[] = [];
let focus = '';
let width = browser.innerWidth;

const drawAll = (appearance: 'light' | 'dark'): void => plots.forEach((plot) => plot.draw(appearance, focus));
const drawForScreen = (): void => drawAll(dark.matches ? 'dark' : 'light');

/** Draw a plot a turn, so that the page can be read and scrolled meanwhile. */
function drawNext(waiting: readonly Plot[]): void {
  const [next, ...rest] = waiting;
  if (!next) {
    document.querySelector('html')?.setAttribute('data-plots', 'drawn');
    return;
  }
  next.draw(dark.matches ? 'dark' : 'light', focus);
  browser.setTimeout(() => drawNext(rest), 0);
}

for (const element of document.querySelectorAll('[data-plot]')) {
  plots.push(new Plot(element, json(`[data-spec="${element.getAttribute('data-plot') ?? ''}"]`), themes));
}
const buttons = [...document.querySelectorAll('[data-focus]')];
for (const button of buttons) {
  button.addEventListener('click', () => {
    const persona = button.getAttribute('data-focus') ?? '';
    focus = focus === persona ? '' : persona;
    for (const other of buttons) other.setAttribute('aria-pressed', String(other.getAttribute('data-focus') === focus));
    plots.forEach((plot) => plot.focus(focus));
  });
}

dark.addEventListener('change', drawForScreen);
browser.addEventListener('beforeprint', () => drawAll('light'));
browser.addEventListener('afterprint', drawForScreen);
browser.addEventListener('resize', () => {
  if (browser.innerWidth === width) return;
  width = browser.innerWidth;
  browser.setTimeout(() => browser.innerWidth === width && drawForScreen(), 150);
});
followContents();
drawNext(plots);
