import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeWithShared, shared } from '../support/shared';
import { edit, query, removeFolders, stabilityShown, STABILITIES, succeed, temporaryFolder, type RunJson, type Shown } from './support';

const DATA = shared('data/online_retail');

function projectFolder(change: (text: string) => string = (text) => text): string {
  const folder = join(temporaryFolder(), 'online-retail');
  mkdirSync(folder);
  cpSync(resolve('examples/online-retail'), folder, { recursive: true, filter: (path) => !/(\.dramatis|\/out|\/data)$/.test(path) });
  writeFileSync(join(folder, 'dramatis.yaml'), change(readFileSync(join(folder, 'dramatis.yaml'), 'utf8')));
  return folder;
}

/** All four algorithms, on fewer customers: what is compared is the same for any sample. */
const onSmallSample = (text: string): string =>
  text.replace('modeling:\n', 'modeling:\n  sampleRows: 600\n  stability: { resamples: 6 }\n  mixture: { starts: 4 }\n');

describeWithShared('Online Retail, all 541,909 rows', () => {
  afterAll(removeFolders);
  const runIn = async (folder: string, data = DATA, env: NodeJS.ProcessEnv = {}): Promise<RunJson> => (await succeed(['run', '-p', folder, '--data', data, '--json'], { env })).json<RunJson>();

  it('gives 3 to 5 personas by one of four algorithms, and one digest on 1, 2 and 4 threads', async () => {
    const runs: RunJson[] = [];
    const folder = projectFolder(onSmallSample);
    runs.push(await runIn(folder, DATA, { DRAMATIS_THREADS: '1' }));
    for (const threads of ['2', '4']) runs.push(await runIn(projectFolder(onSmallSample), DATA, { DRAMATIS_THREADS: threads }));
    for (const run of runs) expect(run).toMatchObject({ outcome: 'published', release: 1 });
    const labels = stabilityShown(join(folder, 'out', '1', 'report.html'));
    expect(labels).toHaveLength(runs[0]!.personas.length);
    for (const label of labels) expect(label).toMatch(STABILITIES);
    expect(new Set(runs.map(({ digest }) => digest)).size).toBe(1);
    expect(runs[0]!.personas.length).toBeGreaterThanOrEqual(3);
    expect(runs[0]!.personas.length).toBeLessThanOrEqual(5);
    expect(runs[0]!.stages.find(({ stage }) => stage === 'extract')).toMatchObject({ rowsIn: 541_909 });

    // The same rows in another order, in two files: other inputs, the same results.
    const shuffled = join(temporaryFolder(), 'shuffled');
    mkdirSync(shuffled);
    const source = join(DATA, 'online_retail.parquet');
    await query(`COPY (SELECT * FROM read_parquet('${source}') ORDER BY md5(InvoiceNo || StockCode || Quantity::VARCHAR || InvoiceDate::VARCHAR)) TO '${join(shuffled, 'online_retail.parquet')}' (FORMAT parquet)`);
    const other = await runIn(projectFolder(onSmallSample), shuffled);
    expect(other.resultDigest).toBe(runs[0]!.resultDigest);
    expect(other.digest).not.toBe(runs[0]!.digest);
  }, 600_000);

  it('equals the reference RFM of all 4,339 customers under its definition, from export to published table', async () => {
    const folder = projectFolder((text) =>
      text
        .replace(/algorithms: .*/, 'algorithms: [kmeans]')
        .replace(/cleaning:[\s\S]*?\nfeatures:/, "cleaning:\n  exactDuplicates: keep\n  cancellations: { orderPattern: '^C', policy: drop }\n  zeroPrices: keep\n  negativePrices: keep\n  negativeQuantities: keep\n\nfeatures:")
        .replace('revenue: net', 'revenue: gross\n  recencyFrom: dayAfter'),
    );
    edit(join(folder, 'dramatis.yaml'), (text) => text.replace('path: out,', 'path: out, customerIds: true,'));
    const { run } = await runIn(folder);
    const shown = (await succeed(['show', run, '-p', folder, '--json'])).json<Shown>();
    expect(shown.status).toBe('succeeded');
    const ours = join(folder, 'out', '1', 'customer_features.parquet');
    const [row] = await query<Record<string, string>>(`
      SELECT count(*) AS customers,
        count(*) FILTER (WHERE o.recency_days <> r.recency) AS recency,
        count(*) FILTER (WHERE o.frequency <> r.frequency) AS frequency,
        count(*) FILTER (WHERE abs(o.monetary::DOUBLE - r.monetary) > 1e-6) AS monetary,
        count(*) FILTER (WHERE o.customer_id IS NULL OR r.CustomerID IS NULL) AS unmatched
      FROM read_parquet('${ours}') AS o FULL JOIN read_parquet('${shared('reference/online_retail_rfm.parquet')}') AS r ON o.customer_id = r.CustomerID::VARCHAR`);
    expect(row).toEqual({ customers: '4339', recency: '0', frequency: '0', monetary: '0', unmatched: '0' });
  }, 240_000);
});
