/**
 * Numbers and dates as British English writes them, without `Intl`: its data differ between builds of Node, the report's bytes may not.
 * A value that is not there is an en dash.
 */
const MISSING = '–';
const MINUS = '−';
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const SYMBOLS: Readonly<Record<string, string>> = { EUR: '€', GBP: '£', USD: '$' };

type Maybe = number | null | undefined;

/** `-1234.5` with 2 decimals → `−1,234.50`; never `−0`. */
export function fixed(value: Maybe, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** A whole number: `4,338`. */
export const count = (value: Maybe): string => fixed(value, 0);

/** A share in [0, 1] as `27.1%`. */
export function percent(share: Maybe, decimals = 1): string {
  const text = fixed(share === null || share === undefined ? share : share * 100, decimals);
  return text === MISSING ? text : `${text}%`;
}

/** About three significant digits: `1,234`, `123`, `12.3`, `1.23`; whole numbers below 1,000 stay whole. */
export function plain(value: Maybe): string {
  if (value === null || value === undefined) return MISSING;
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return fixed(value, 0);
  return fixed(value, size >= 10 ? 1 : 2);
}

/** An index or coefficient with its decimals: large ones are grouped, e.g. Calinski-Harabasz `3,330.9`. */
export const index = (value: Maybe): string =>
  fixed(value, value !== null && value !== undefined && Math.abs(value) >= 100 ? 1 : 3);

/** A signed number: `+1.24`, `−0.80`, `0.00`. */
export function signed(value: Maybe, decimals = 2): string {
  const text = fixed(value, decimals);
  return value !== null && value !== undefined && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Money from a number or decimal text: `£1,234` from 1,000 on, `£12.34` below; an unknown currency by its code. */
export function money(value: Maybe | string, currency: string): string {
  const amount = typeof value === 'string' ? Number(value) : value;
  const text = fixed(amount, amount !== null && amount !== undefined && Math.abs(amount) >= 1000 ? 0 : 2);
  if (text === MISSING) return text;
  const negative = text.startsWith(MINUS);
  const symbol = SYMBOLS[currency] ?? `${currency}\u00a0`;
  return `${negative ? MINUS : ''}${symbol}${negative ? text.slice(1) : text}`;
}

/** A ratio to the base: `×2.4`. */
export const lift = (value: Maybe): string =>
  value === null || value === undefined ? MISSING : `×${fixed(value, Math.abs(value) >= 10 ? 1 : 2)}`;

/** `2011-12-09` → `9 December 2011`. */
export function date(iso: string): string {
  const [year, month, day] = iso.slice(0, 10).split('-').map(Number);
  return MONTHS[month - 1] ? `${day} ${MONTHS[month - 1]} ${year}` : iso;
}

/** `2011-12-09` → `9 Dec 2011`. */
export function shortDate(iso: string): string {
  const [year, month, day] = iso.slice(0, 10).split('-').map(Number);
  return MONTHS[month - 1] ? `${day} ${MONTHS[month - 1].slice(0, 3)} ${year}` : iso;
}

/** `2010-12-01` → `Dec 2010`. */
export function month(iso: string): string {
  const [year, number] = iso.split('-').map(Number);
  return MONTHS[number - 1] ? `${MONTHS[number - 1].slice(0, 3)} ${year}` : iso;
}

/** `1 customer`, `2 customers`; the plural may be given. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`. */
export const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;

/** The text with a capital first letter and a full stop. */
export const sentence = (text: string): string => {
  const trimmed = text.trim();
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? '' : '.');
};
