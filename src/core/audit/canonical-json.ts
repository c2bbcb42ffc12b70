import { PipelineError } from '../../contracts/errors';

const refuse = (path: string, what: string): never => {
  throw new PipelineError(
    'NOT_FINITE',
    `${path} is ${what}, which canonical JSON cannot hold; write null or leave the key out`,
    {
      path,
      what,
    },
  );
};

function text(value: string, path: string): string {
  return /\p{Surrogate}/u.test(value) ? refuse(path, 'text with a lone surrogate') : JSON.stringify(value);
}

/** Also true of plain objects made in another realm, whose `Object.prototype` is not ours. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function write(value: unknown, path: string, open: Set<object>): string {
  switch (typeof value) {
    case 'string':
      return text(value, path);
    case 'boolean':
      return String(value);
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : refuse(path, String(value));
    case 'object':
      return value === null ? 'null' : writeObject(value, path, open);
    default:
      return refuse(path, value === undefined ? 'undefined' : `a ${typeof value}`);
  }
}

function writeObject(value: object, path: string, open: Set<object>): string {
  if (open.has(value)) return refuse(path, 'part of itself');
  open.add(value);
  const out = Array.isArray(value)
    ? `[${Array.from(value as readonly unknown[], (item, i) => write(item, `${path}[${i}]`, open)).join(',')}]`
    : isPlain(value)
      ? writeEntries(value, path, open)
      : refuse(path, 'neither a plain object nor an array');
  open.delete(value);
  return out;
}

function writeEntries(value: object, path: string, open: Set<object>): string {
  // The default sort of strings compares UTF-16 code units, which is the order RFC 8785 asks for.
  const entries = Object.entries(value as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${text(key, path)}:${write(item, `${path}.${key}`, open)}`).join(',')}}`;
}

/**
 * Canonical JSON: the same value always gives the same text, whatever the order of its keys.
 *
 * Keys in the order of their UTF-16 code units, numbers as ECMAScript prints them (−0 as 0), no white space.
 *
 * @param value Plain objects, arrays, texts, finite numbers, booleans and null.
 * @throws PipelineError `NOT_FINITE` naming the path (`$.a[3].b`) of NaN, ±Infinity, undefined, a bigint, a function, a symbol,
 * a lone surrogate, a cycle, or an object that is not plain (Date, Map, typed array).
 *
 * O(n log n) in the number of keys. RFC 8785.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$', new Set());
}
