/** The selection speaks to those who have a project and customers; the lab has options and rows. */
const WORDS: Readonly<Record<string, string>> = {
  customer: 'row',
  customers: 'rows',
  persona: 'cluster',
  personas: 'clusters',
  'modeling.restarts': '--restarts',
  'modeling.clusters': '--k',
  'objective.granularity': '--k',
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Turns a sentence of the selection into the words of the lab. Names of columns stay as they are. */
export function labWording(columns: readonly string[]): (text: string) => string {
  const names = [...columns].sort((a, b) => b.length - a.length).map(escaped);
  const words = Object.keys(WORDS).map((word) => `\\b${escaped(word)}\\b`);
  // The first alternative that matches counts: a name goes before the words in it.
  const pattern = new RegExp([...names, ...words].join('|'), 'g');
  return (text) => text.replace(pattern, (found) => (columns.includes(found) ? found : (WORDS[found] ?? found)));
}
