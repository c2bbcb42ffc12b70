import pc from 'picocolors';

/** Data goes to stdout, everything else to stderr; `--json` prints one JSON document and nothing else on stdout. */
export const out = (text: string): void => void process.stdout.write(`${text}\n`);
export const note = (text: string): void => void process.stderr.write(`${text}\n`);
export const json = (value: unknown): void => out(JSON.stringify(value, null, 2));

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
export const count = (n: number): string => grouped.format(n);
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** Three significant digits, grouped, without exponents: for raw units in tables. */
export function figure(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return grouped.format(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return new Intl.NumberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** A value in its unit: shares as percentages, money with its currency. */
export function inUnit(value: number, unit: string): string {
  if (unit === '%') return percent(value);
  return unit === '' ? figure(value) : `${figure(value)} ${unit}`;
}

const visible = (text: string): number => text.replace(/\u001b\[[0-9;]*m/g, '').length;

/** Align columns; those whose name is in `right` to the right. The last column may be as long as it is. */
export function table(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const widths = headers.map((header, i) => Math.max(visible(header), ...rows.map((row) => visible(row[i] ?? ''))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => {
        const pad = ' '.repeat(Math.max(0, (widths[i] ?? 0) - visible(cell)));
        if (right.includes(headers[i] ?? '')) return pad + cell;
        return i === headers.length - 1 ? cell : cell + pad;
      })
      .join('  ')
      .trimEnd();
  return [pc.bold(line(headers)), ...rows.map(line)].join('\n');
}

/** A path as it can be pasted into a shell. */
export const pasteable = (path: string): string => (/^[\w./~-]+$/.test(path) ? path : `"${path.replace(/(["$`\\])/g, '\\$1')}"`);
