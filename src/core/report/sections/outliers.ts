import { percent } from '../format';
import { markup } from '../html';
import { outlierBoxes } from '../plots/outlier-boxes';
import type { Section } from '../section';
import type { View } from '../view';

/** What winsorising did to every model column. */
export function outliersSection(view: View): Section {
  const { lower, upper } = view.config.prepare.winsorise;
  return {
    id: 'outliers',
    nav: 'Outliers',
    title: 'What happened to outliers',
    lead: `Values below the ${percent(lower)} or above the ${percent(upper)} quantile are set to it, so that a few extreme customers do not make a persona of their own. Nobody is removed.`,
    body: markup`<p>Box: the middle half, with the median. Whiskers end at the ${ordinal(view.kMin)} smallest and largest value, since an extreme is a single customer. Dashed: the limits.</p>
${outlierBoxes(view)}`,
  };
}

/** `1st`, `2nd`, `3rd`, `11th`, `21st`. */
export function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`;
}
