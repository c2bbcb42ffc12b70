/** The few parts of a browser page that the report uses; declared here so that the rest of the program does not see a browser. */
export interface PageElement {
  textContent: string | null;
  hidden: boolean;
  readonly clientWidth: number;
  readonly offsetWidth: number;
  readonly offsetHeight: number;
  readonly style: { left: string; top: string };
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  replaceChildren(...children: readonly (PageElement | string)[]): void;
  closest(selector: string): PageElement | null;
  append(...children: readonly (PageElement | string)[]): void;
  addEventListener(type: string, listener: () => void): void;
}

interface Page {
  createElement(name: string): PageElement;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

interface MediaQuery {
  readonly matches: boolean;
  addEventListener(type: 'change', listener: () => void): void;
}

interface Sight {
  readonly isIntersecting: boolean;
  readonly target: PageElement;
}

interface BrowserWindow {
  readonly document: Page;
  readonly innerWidth: number;
  readonly innerHeight: number;
  matchMedia(query: string): MediaQuery;
  addEventListener(type: string, listener: () => void): void;
  setTimeout(callback: () => void, ms: number): number;
  readonly IntersectionObserver: new (
    callback: (entries: readonly Sight[]) => void,
    options: { readonly rootMargin: string },
  ) => { observe(element: PageElement): void };
}

export const browser = globalThis as unknown as BrowserWindow;
