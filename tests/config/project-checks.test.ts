import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProject } from '../../src/adapters/project/load';
import { PipelineError } from '../../src/contracts/errors';

const SHOP = readFileSync('examples/shop/dramatis.yaml', 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dramatis-checks-'));
  cpSync('examples/shop/features', join(folder, 'features'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Edit = readonly [from: string | RegExp, to: string];

/** The shop's config with edits, each of which must change something. */
function edited(edits: readonly Edit[]): string {
  return edits.reduce((text, [from, to]) => {
    const after = text.replace(from, to);
    if (after === text) throw new Error(`the edit of ${String(from)} changes nothing`);
    return after;
  }, SHOP);
}

function load(text: string) {
  writeFileSync(join(folder, 'dramatis.yaml'), text);
  return loadProject(folder);
}

async function issuesOf(...edits: readonly Edit[]): Promise<string[]> {
  const error: unknown = await load(edited(edits)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PipelineError)) return [];
  expect(error.code).toBe('CONFIG_INVALID');
  return error.message.split('\n');
}

/** `file:line:column` of the only place that `needle` (a regular expression with one group) has in an edited config. */
function placeOf(needle: RegExp, ...edits: readonly Edit[]): string {
  const text = edited(edits);
  const match = new RegExp(needle.source, 'd').exec(text);
  if (!match?.indices) throw new Error(`${needle.source} is not in the config`);
  const before = text.slice(0, match.indices[1]![0]).split('\n');
  return `dramatis.yaml:${before.length}:${before.at(-1)!.length + 1}`;
}

it.each(['examples/shop', 'examples/online-retail', 'examples/template'])('%s is valid, without warnings', async (example) => {
  expect((await loadProject(example)).warnings).toEqual([]);
});

describe('names the place of what the schema cannot see', () => {
  const cases: [string, Edit, RegExp, string][] = [
    ['an unknown feature in the model', ['model: [recency_days, frequency,', 'model: [recency_days, frequncy,'], /(frequncy)/, 'features.model.1: "frequncy" is no feature. Did you mean "frequency"'],
    ['a category in the model', ['model: [recency_days,', 'model: [region,'], /model: \[(region)/, 'features.model.0: "region" is a category'],
    ['a feature listed twice', ['model: [recency_days,', 'model: [recency_days, recency_days,'], /model: \[recency_days, (recency_days)/, 'features.model.1: "recency_days" is listed twice'],
    ['an unknown KPI', ['kpis: [revenue, frequency,', 'kpis: [revenue, monetry,'], /(monetry)/, 'objective.kpis.1: "monetry" is neither "revenue" nor a feature. Did you mean "monetary"'],
    ['a check of a column that is not mapped', ['column: order_id', 'column: order_nr'], /column: (order_nr)/, 'quality.checks.0.column: "order_nr" is not mapped in sources.transactions.columns; did you mean "order_id"'],
    ['one of several columns of a check', ['columns: [order_id, line_number]', 'columns: [order_id, line_numbr]'], /order_id, (line_numbr)\]/, 'quality.checks.2.columns.1: "line_numbr" is not mapped in sources.transactions.columns; did you mean "line_number"'],
    ['a check against a column that the other source lacks', ['inColumn: customer_id', 'inColumn: customer'], /inColumn: (customer)/, 'quality.checks.6.inColumn: "customer" is not mapped in sources.customers.columns; did you mean "customer_id"'],
    ['the decided column of a check', ['decides: country', 'decides: land'], /decides: (land)/, 'quality.checks.9.decides: "land" is not mapped in sources.customers.columns; known: '],
    ['a limit that does not fit the column', ["min: '2024-07-01'", "min: 'last year'"], /min: ('last year')/, 'quality.checks.5.min: "last year" is no limit for a date'],
    ['a range of a text column', ['column: unit_price', 'column: country'], /column: (country)\n {6}min: 0/, 'quality.checks.4.column: "country" is VARCHAR; a range needs a number or a date'],
    ['an unknown customer attribute', ['customerAttributes: [birth_year, income,', 'customerAttributes: [birth_year, salary,'], /(salary)/, 'features.customerAttributes.1: "salary" is no column of the source customers; declared are birth_year, income,'],
    ['a broken pattern of the cleaning', ["codePattern: '^(POST|FEE-|OLD-)'", "codePattern: '^(POST|FEE-|OLD-'"], /codePattern: (')/, 'cleaning.nonProducts.codePattern: "^(POST|FEE-|OLD-" is no regular expression of RE2 (missing )'],
    ['a pattern with look-ahead, which RE2 lacks', ["pattern: '^TNT-'", "pattern: '^TNT(?=-)'"], /tents.*pattern: (')/, 'features.productMix.categories.0.pattern: "^TNT(?=-)" is no regular expression of RE2'],
    ['clusters outside of the granularity', ['clusters: { min: 2, max: 10 }', 'clusters: { min: 9, max: 10 }'], /(clusters): \{ min: 9/, 'modeling.clusters: no k of 9 to 10 lies within objective.granularity, 3 to 8'],
    ['a mistyped time zone', ['timeZone: Europe/Berlin', 'timeZone: Europe/Berlim'], /(Europe\/Berlim)/, 'timeZone: "Europe/Berlim" is no time zone of the IANA database; did you mean "Europe/Berlin"'],
    ['an offset for a time zone', ['timeZone: Europe/Berlin', "timeZone: '+01:00'"], /timeZone: (')/, 'timeZone: "+01:00" is no time zone'],
    ['a second clock that is not mapped', ['knownAt: loaded_at', 'knownAt: load_at'], /knownAt: (load_at)/, 'sources.transactions.knownAt: "load_at" is not mapped in sources.transactions.columns; did you mean "loaded_at"'],
    ['a second clock that is no time', ['knownAt: loaded_at', 'knownAt: product_name'], /knownAt: (product_name)/, 'sources.transactions.knownAt: knownAt names the column "product_name", which is text'],
    ['freshness by a column that is not mapped', ['path: data/customers.csv', 'path: data/customers.csv\n    freshness: { column: updated, maxAgeMonths: 6 }'], /column: (updated),/, 'sources.customers.freshness.column: "updated" is not mapped in sources.customers.columns; did you mean "updated_at"'],
    ['a product mix of a column that is not mapped', ['    column: product_code\n    categories', '    column: product_category\n    categories'], /column: (product_category)/, 'features.productMix.column: "product_category" is not mapped in sources.transactions.columns; map it, or name product_code or product_name'],
    ['a country in two groups', ['France: [France]', 'France: [France, Belgium]'], /(France): \[France, Belgium/, 'features.countryGroups.France: "Belgium" is in two groups'],
    ['a feature named like another', ['name: weekend_habit,', 'name: frequency,'], /name: (frequency),/, 'features.sql.0.features.0.name: two features are named "frequency"'],
    ['a column of the wrong type', ['quantity: { from: quantity, type: integer', 'quantity: { from: quantity, type: decimal'], /(quantity): \{ from: quantity, type: decimal/, 'sources.transactions.columns.quantity: the column "quantity" must be of type integer'],
    ['an SQL file that is not there', ['features/habits.sql', 'features/habit.sql'], /file: (features\/habit\.sql)/, 'features.sql.0.file: the SQL file "features/habit.sql" cannot be read'],
    ['an SQL file outside of the project', ['features/habits.sql', '../habits.sql'], /file: (\.\.\/habits\.sql)/, 'features.sql.0.file: the SQL file "../habits.sql" lies outside'],
  ];

  it.each(cases)('%s', async (_, edit, needle, expected) => {
    const issues = await issuesOf(edit);
    expect(issues[0]).toContain(`${placeOf(needle, edit)} ${expected}`);
    // A feature that is left out because of its name is also missed by the model that lists it.
    expect(issues.length).toBeLessThanOrEqual(expected.includes('two features are named') ? 2 : 1);
  });
});

it('reports a default that does not fit at the section it contradicts', async () => {
  const edits: Edit[] = [
    ['granularity: { min: 3, max: 8 }', 'granularity: { min: 12, max: 15 }'],
    [/modeling:\n(?: {2}.*\n)+/, ''],
  ];
  const issues = await issuesOf(...edits);
  expect(issues).toEqual([expect.stringContaining(`${placeOf(/(granularity): \{ min: 12/, ...edits)} modeling.clusters: no k of 2 to 10 lies within`)]);
});

it('says that a source is missing once per check, not once per column', async () => {
  const customers = /^ {2}customers:\n(?: {4}.*\n)+/m;
  const issues = await issuesOf([customers, ''], ['customerAttributes: [birth_year, income, region, newsletter]', 'customerAttributes: []']);
  // Five checks are of the customers, one of the transactions looks things up in them.
  expect(issues.filter((issue) => issue.includes('the project has no source "customers"'))).toHaveLength(SHOP.match(/source: customers|in: customers/g)!.length);
  expect(issues.filter((issue) => issue.includes('is not mapped'))).toEqual([]);
});

it('reports everything at once, in the order of the file', async () => {
  const issues = await issuesOf(['model: [recency_days,', 'model: [recency,'], ['kpis: [revenue,', 'kpis: [turnover,'], ['column: order_id', 'column: order_nr'], ['timeZone: Europe/Berlin', 'timeZone: Berlin']);
  expect(issues.map((issue) => / (\S+): /.exec(issue)?.[1])).toEqual(['timeZone', 'objective.kpis.0', 'quality.checks.0.column', 'features.model.0']);
});

it('warns of country groups without a country, and loads', async () => {
  const { warnings } = await load(edited([['      country: { from: ship_country, type: text }\n', '']]));
  expect(warnings).toEqual([expect.stringMatching(/^dramatis\.yaml:\d+:3 features\.countryGroups: .*no "country"/)]);
});
