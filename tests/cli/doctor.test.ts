import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_YAML } from '../support/project-yaml';
import { dramatis } from './support';

const HEADER = 'customer,order,sku,qty,price,at';
const CONFIG = PROJECT_YAML.replace('*.parquet', '*.csv')
  .replace('format: parquet', 'format: csv')
  .replace('{ env: KEY }', '{ env: DRAMATIS_DOCTOR_TEST_KEY }');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dramatis-doctor-'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'dramatis.yaml'), CONFIG);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

async function finding(name: string): Promise<{ readonly code: number; readonly found: Finding | undefined }> {
  const { code, stdout } = await dramatis('doctor', '--json', '-p', folder, '--home', join(folder, 'home'));
  return { code, found: (JSON.parse(stdout) as Finding[]).find(({ check }) => check === name) };
}

it('finds source files with the declared columns', async () => {
  for (const name of ['a', 'b']) writeFileSync(join(folder, 'data', `${name}.csv`), `${HEADER}\n`);
  const { found } = await finding('transactions');
  expect(found).toEqual({ check: 'transactions', ok: true, detail: '2 files at data/*.csv, all 6 declared columns' });
});

it.each([
  ['no file', undefined, /no file matches the path "data\/\*\.csv"/],
  ['an empty file', '', /a\.csv is empty/],
  ['a renamed column', `${HEADER.replace('customer', 'customer_no')}\n`, /a\.csv: there is no column "customer" \(customer_id\); renamed to "customer_no"\?/],
  ['another format', 'PAR1', /a\.csv is a Parquet file, not csv/],
])('says what is wrong with %s, and fails', async (_, content, why) => {
  if (content !== undefined) writeFileSync(join(folder, 'data/a.csv'), content);
  const { code, found } = await finding('transactions');
  expect(code).toBe(1);
  expect(found).toMatchObject({ ok: false, detail: expect.stringMatching(why) });
});

it('has no finding for a source that is not mapped', async () => {
  expect((await finding('customers')).found).toBeUndefined();
});

it('puts every mistake of the config on a line of its own', async () => {
  writeFileSync(join(folder, 'dramatis.yaml'), CONFIG.replace('[revenue]', '[turnover, profit]'));
  const { stdout } = await dramatis('doctor', '-p', folder);
  expect(stdout).toMatch(/✗\S* project +dramatis\.yaml:5:10 objective\.kpis\.0: .*\n +dramatis\.yaml:5:20 objective\.kpis\.1: /);
});
