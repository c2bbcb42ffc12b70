/** Shorter words ("of", "in") carry no meaning of their own, nor do these. */
const SHORTEST = 3;
const FUNCTION_WORDS = new Set(['all', 'and', 'for', 'from', 'the', 'per', 'with']);
/** From this length on, a stem that begins another is the same word: "cycl(e)" and "cyclist". */
const PREFIX = 4;

/** Stems of the words of a text, in lower case: "Winter-season" has "wint" and "season", "campers" and "camping" both have "camp". */
function stemsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length >= SHORTEST && !FUNCTION_WORDS.has(word))
    .map((word) => {
      const stem = word.replace(/(ing|ers|er|es|ed|s)$/, '').replace(/e$/, '');
      return stem.length >= SHORTEST ? stem : word;
    });
}

/** Whether two texts have a word in common, whatever its ending: "Winter-season" and "winter sports fans" have. */
export function shareStem(a: string, b: string): boolean {
  const theirs = stemsOf(b);
  return stemsOf(a).some((mine) =>
    theirs.some((other) => mine === other || begins(mine, other) || begins(other, mine)),
  );
}

const begins = (stem: string, word: string): boolean => stem.length >= PREFIX && word.startsWith(stem);
