import type { FeatureSpec } from '../../contracts/features';

interface Word {
  readonly word: string;
  readonly spec: FeatureSpec;
}

/** Words for people end like this, and those for the buyers of a category are people by their config: they can be the noun of a name. */
const PEOPLE = /(ers|ors|ists|fans|folk|households|families)$/i;
const isPeople = ({ word, spec }: Word): boolean => spec.whole === 'product_mix' || PEOPLE.test(word);
/** Capitalised wherever they stand. */
const PROPER = /^(Christmas|Easter|Halloween|Valentine|Ramadan|Diwali|Hanukkah|January|February|March|April|June|July|August|September|October|November|December)/;

/**
 * A name as a noun phrase: adjectives first, then the noun. The word of a whole's part is, or gets, the noun: "Climbing lovers" stands
 * alone, "Summer-season" becomes "summer-season shoppers". Two parts (of two wholes) share one noun.
 *
 * "Frequent high-value customers", "Lapsed one-time buyers", "Autumn-season Christmas lovers", "Recent, otherwise typical customers".
 */
export function phrase(words: readonly Word[], form: { readonly oneTime?: boolean; readonly typical?: boolean }): string {
  const adjectives = words.filter(({ spec }) => spec.kind !== 'part').map(({ word }) => word);
  const parts = words.filter(({ spec }) => spec.kind === 'part');
  const people = parts.filter(isPeople).map(({ word }) => word);
  const times = parts.filter((part) => !isPeople(part)).map(({ word }) => word);
  if (form.typical === true && words.length === 0) return sentence(['typical', 'customers']);
  const noun = people.length > 0 ? people.join(' and ') : parts.length > 0 ? 'shoppers' : form.oneTime === true ? 'buyers' : 'customers';
  const before = [...adjectives, ...(form.oneTime === true ? ['one-time'] : []), ...times];
  return sentence(form.typical === true && parts.length === 0 ? [`${before[0]},`, 'otherwise typical', noun] : [...before, noun]);
}

/** Lower case but for the first letter; words written in capitals ("VIP", "EU") and names of feasts and months stay as they are. */
function sentence(words: readonly string[]): string {
  const text = words.map(inner).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const inner = (words: string): string =>
  words
    .split(' ')
    .map((word) => (/^\p{Lu}[^\p{Lu}]*$/u.test(word) && !PROPER.test(word) ? word.toLowerCase() : word))
    .join(' ');
