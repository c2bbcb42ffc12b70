type Json = unknown;

const isRecord = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Rows as arrays under column names become the objects Vega-Lite reads. */
function unpack(columns: readonly string[], rows: readonly (readonly Json[])[]): Json {
  return { values: rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]]))) };
}

/** A copy of a spec with colour names (`@accent`) replaced by colours and packed rows unpacked. */
export function resolve(value: Json, colours: Readonly<Record<string, string>>): Json {
  if (typeof value === 'string') return value.startsWith('@') ? (colours[value.slice(1)] ?? value) : value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, colours));
  if (!isRecord(value)) return value;
  const { columns, rows } = value;
  if (Array.isArray(columns) && Array.isArray(rows)) return unpack(columns as string[], rows as Json[][]);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, colours)]));
}
