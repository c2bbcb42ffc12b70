/** One token of SQL text; comments and white space are gone, strings are opaque. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'param' | 'symbol';
  /** As written; words in lower case. */
  readonly text: string;
  /** Where it begins in the text, 0-based. */
  readonly start: number;
  /** 1-based. */
  readonly line: number;
  /** Depth of round brackets around the token; a bracket itself counts as outside. */
  readonly depth: number;
}

const PATTERNS: readonly (readonly [Token['kind'] | 'skip', RegExp])[] = [
  ['skip', /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ['string', /[eE]?'(?:[^']|'')*(?:'|$)|\$([A-Za-z_]*)\$[\s\S]*?(?:\$\1\$|$)/y],
  ['quoted', /"(?:[^"]|"")*(?:"|$)/y],
  ['param', /\$[A-Za-z_]\w*|\$\d+|\?/y],
  ['number', /\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/y],
  ['word', /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ['symbol', /[\s\S]/y],
];

/**
 * Split SQL text into tokens. Enough to find words and function calls outside of strings and comments; no parser.
 *
 * O(length of the text).
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let [at, line, depth] = [0, 1, 0];
  while (at < text.length) {
    const [kind, found] = next(text, at);
    if (found === ')') depth = Math.max(0, depth - 1);
    if (kind !== 'skip')
      tokens.push({ kind, text: kind === 'word' ? found.toLowerCase() : found, start: at, line, depth });
    if (found === '(') depth += 1;
    line += found.split('\n').length - 1;
    at += found.length;
  }
  return tokens;
}

function next(text: string, at: number): readonly [Token['kind'] | 'skip', string] {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return [kind, match[0]];
  }
  return ['symbol', text.charAt(at)];
}

/** Whether the outermost SELECT has an ORDER BY. */
export function isOrdered(text: string): boolean {
  const tokens = tokenize(text);
  return tokens.some(
    (token, i) => token.kind === 'word' && token.text === 'order' && token.depth === 0 && tokens[i + 1]?.text === 'by',
  );
}
