import { followContents } from './contents.mjs';
import { browser, type PageElement } from './page.mjs';
import { Plot, type PlotThemes } from './plot.mjs';

const { document } = browser;
const json = (selector: string): unknown => JSON.parse(document.querySelector(selector)?.textContent ?? 'null');

const themes = json('#plot-themes') as PlotThemes;
const dark = browser.matchMedia('(prefers-color-scheme: dark)');
const plots: Plot[] = [];
let focus = '';
let width = browser.innerWidth;
let printing = false;

// A plot that is folded away has no width to be drawn in: it is drawn when it is opened.
const drawAll = (): void => plots.filter((plot) => plot.isOpen()).forEach((plot) => plot.draw(appearance(), focus));
const appearance = (): 'light' | 'dark' => (dark.matches && !printing ? 'dark' : 'light');

/** Draw a plot a turn, so that the page can be read and scrolled meanwhile. */
function drawNext(waiting: readonly Plot[]): void {
  const [next, ...rest] = waiting;
  if (!next) {
    document.querySelector('html')?.setAttribute('data-plots', 'drawn');
    return;
  }
  next.draw(appearance(), focus);
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

/** On paper the parts of all algorithms are open; afterwards those that were closed are closed again. */
let unfolded: readonly PageElement[] = [];
function print(begins: boolean): void {
  printing = begins;
  if (begins) unfolded = [...document.querySelectorAll('details.algorithm:not([open])')];
  for (const part of unfolded) {
    if (begins) part.setAttribute('open', '');
    else part.removeAttribute('open');
  }
  drawAll();
}

dark.addEventListener('change', drawAll);
browser.addEventListener('beforeprint', () => print(true));
browser.addEventListener('afterprint', () => print(false));
browser.addEventListener('resize', () => {
  if (browser.innerWidth === width) return;
  width = browser.innerWidth;
  browser.setTimeout(() => browser.innerWidth === width && drawAll(), 150);
});
followContents();
for (const folded of document.querySelectorAll('details'))
  folded.addEventListener('toggle', () => drawNext(plots.filter((plot) => plot.isIn(folded) && plot.isOpen())));
drawNext(plots.filter((plot) => plot.isOpen()));
