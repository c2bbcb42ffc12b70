import { browser } from './page.mjs';

/** Mark the section in view in the table of contents. */
export function followContents(): void {
  const { document } = browser;
  const mark = (id: string): void => {
    for (const link of document.querySelectorAll('.toc a')) {
      if (link.getAttribute('href') === `#${id}`) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  };
  const observer = new browser.IntersectionObserver(
    (entries) => {
      const seen = entries.filter((entry) => entry.isIntersecting);
      const last = seen[seen.length - 1];
      if (last) mark(last.target.getAttribute('id') ?? '');
    },
    { rootMargin: '-15% 0px -75% 0px' },
  );
  for (const part of document.querySelectorAll('#top, section[id]')) observer.observe(part);
}
