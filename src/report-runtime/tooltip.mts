import { browser, type PageElement } from './page.mjs';

const GAP = 14;

/** Text of a tooltip value: an object is one line per entry. Set as text, never as HTML. */
function lines(value: unknown): PageElement[] {
  const { document } = browser;
  const entries: [string, unknown][] =
    typeof value === 'object' && value !== null ? Object.entries(value) : [['', value]];
  return entries.map(([name, text]) => {
    const line = document.createElement('div');
    if (name !== '') {
      const label = document.createElement('b');
      label.textContent = name;
      line.append(label);
    }
    line.append(String(text));
    return line;
  });
}

/** Vega's tooltip handler: show beside the pointer, inside the window. */
export function tooltip(
  _handler: unknown,
  event: { readonly clientX: number; readonly clientY: number },
  _item: unknown,
  value: unknown,
): void {
  const tip = browser.document.querySelector('#tip');
  if (!tip) return;
  if (value === null || value === undefined || value === '') {
    tip.hidden = true;
    return;
  }
  tip.replaceChildren(...lines(value));
  tip.hidden = false;
  const left = Math.min(event.clientX + GAP, browser.innerWidth - tip.offsetWidth - 4);
  const below = event.clientY + GAP;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${below + tip.offsetHeight > browser.innerHeight ? event.clientY - tip.offsetHeight - GAP : below}px`;
}
