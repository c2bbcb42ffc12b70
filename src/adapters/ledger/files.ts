import { atOnce } from '../at-once';
import { shelfAt, type Place, type Shelf } from '../shelf';

const NAME = /^(\d{8,})\.json$/;
const FOLDER = 'ledger';

const nameOf = (seq: number): string => `${String(seq).padStart(8, '0')}.json`;

/** Key of an entry: `ledger/<seq>.json`. */
export const keyOf = (seq: number): string => `${FOLDER}/${nameOf(seq)}`;

/** Highest entry number there is, 0 for an empty ledger. `known`: entries up to here need not be listed. */
export async function lastOf(shelf: Shelf, known = 0): Promise<number> {
  const names = await shelf.list(FOLDER, nameOf(Math.max(0, known - 1)));
  return names.reduce((max, name) => Math.max(max, Number(NAME.exec(name)?.[1] ?? 0)), 0);
}

/** Names in the ledger's folder that are no entry's, sorted. */
export async function strangersIn(place: Place): Promise<string[]> {
  const names = await shelfAt(place).list(FOLDER);
  return names.filter((name) => nameOf(Number(NAME.exec(name)?.[1] ?? 0)) !== name);
}

/** Text of every entry from the first on, undefined where one is missing. */
export async function readTexts(place: Place): Promise<(string | undefined)[]> {
  const shelf = shelfAt(place);
  const last = await lastOf(shelf);
  return atOnce(Array.from({ length: last }, (_, i) => keyOf(i + 1)), (key) => shelf.read(key));
}
