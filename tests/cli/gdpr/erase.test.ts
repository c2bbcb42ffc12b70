import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesNaming } from '../../support/customer-search';
import { PeopleStore } from '../../support/gdpr-store';
import { dramatis } from '../support';

const [JANE, JOE, JIM, ANN] = ['jane.doe@example.org', 'joe@example.org', 'jim@example.org', 'ann@example.org'];
/** A record in every format, a channel that names customers by their ids, and a target that is out of reach. */
const TARGETS = `    - { name: record, type: files, path: out/record, formats: [csv, json, parquet, duckdb] }
    - name: mail
      type: channel
      path: out/mail
      customerIds: true
      columns: [{ header: To, column: customer_id }, { header: Segment, column: persona_key }]
    - { name: lake, type: s3, bucket: lake, endpoint: 'http://127.0.0.1:1', region: eu-west-1, accessKeyId: { env: NO_ID }, secretAccessKey: { env: NO_SECRET } }
`;
const ELSEWHERE = ['target mail: what a tool has imported from there must be erased in that tool', 'target lake: what was delivered there must be erased there'];

interface Erased {
  readonly objects: number;
  readonly releases: number[];
  readonly removed: string[];
  readonly left: string[];
}

describe('gdpr erase', () => {
  let people: PeopleStore;
  const erase = async (customer = JANE) => {
    const { code, stdout } = await dramatis('gdpr', 'erase', '--customer', customer, '--reason', 'request of 3 July', '--yes', '-p', people.directory, '--json');
    return { code, ...(JSON.parse(stdout) as Erased & { error?: { code: string; message: string } }) };
  };
  const named = () => filesNaming([people.home, join(people.directory, 'out')], [JANE, people.vault.pseudonym(JANE)]);
  const out = (...place: readonly string[]) => join(people.directory, 'out', ...place);
  const receipt = (folder: string) => JSON.parse(readFileSync(out(folder, 'receipt.json'), 'utf8')) as { receipt: { delta: object; files: { name: string }[] } };

  beforeEach(async () => {
    people = await PeopleStore.open(TARGETS);
  });

  it('leaves the customer nowhere: not in folders of collected releases, nor in changes against a release that had her', async () => {
    await people.release({ [JANE]: 0, [JOE]: 0, [JIM]: 1 });
    await people.release({ [JANE]: 0, [JOE]: 1, [JIM]: 1 });
    await people.release({ [JANE]: 1, [JOE]: 1, [JIM]: 0 });
    await people.release({ [JOE]: 1, [JIM]: 0, [ANN]: 1 });
    await people.release({ [JOE]: 1, [JIM]: 1, [ANN]: 1 });
    await people.collect(4);
    expect((await named()).map((path) => path.slice(people.directory.length + 1)).filter((path) => /^out\/(mail|record)\/4\//.test(path)).sort()).toEqual([
      'out/mail/4/removed.csv',
      'out/record/4/changes.csv',
      'out/record/4/changes.json',
      'out/record/4/changes.parquet',
      'out/record/4/dramatis.duckdb',
    ]);
    const untouched = readFileSync(out('record', '5', 'receipt.json'));

    const erased = await erase();
    expect(erased).toMatchObject({ releases: [2, 3, 4], removed: [out('record', '1'), out('mail', '1')], left: ELSEWHERE });
    expect(await named()).toEqual([]);
    const pid = (id: string): string => people.vault.pseudonym(id);
    expect(await people.changes('record/3')).toEqual([{ pid: pid(JIM), change: 'changed' }]);
    expect(await people.changes('record/4')).toEqual([{ pid: pid(ANN), change: 'added' }]);
    expect(people.rows('record/3', 'customer_personas.csv')).toHaveLength(2);
    expect(people.rows('mail/3', 'changed.csv')).toEqual([`${JIM},psn_aaaaaaaa`]);
    expect(people.rows('mail/4', 'removed.csv')).toEqual([]);
    expect(receipt('record/4').receipt.delta).toEqual({ base: 3, added: 1, changed: 0, removed: 0, unchanged: 2 });
    expect(readFileSync(out('record', '5', 'receipt.json'))).toEqual(untouched);
    for (const target of ['record', 'mail']) {
      expect(readdirSync(out(target)).sort()).toEqual(['2', '3', '4', '5', 'current']);
      expect(readlinkSync(out(target, 'current'))).toBe('5');
    }
    expect(await erase()).toMatchObject({ objects: 0, releases: [], removed: [], left: ELSEWHERE });
  });

  it('gives no target a release that it did not have', async () => {
    await people.release({ [JANE]: 0, [JOE]: 0, [JIM]: 1 });
    await people.release({ [JANE]: 0, [JOE]: 0, [JIM]: 1 }, false);
    expect(await erase()).toMatchObject({ releases: [1], left: ELSEWHERE });
    for (const target of ['record', 'mail']) expect(readdirSync(out(target)).sort()).toEqual(['1', 'current']);
  });

  it('goes on where one folder cannot be written, and names it', async () => {
    await people.release({ [JANE]: 0, [JOE]: 0, [JIM]: 1 });
    await people.release({ [JANE]: 0, [JOE]: 1, [JIM]: 1 });
    // Only the record has the report: without it that target cannot be written.
    const { artifacts } = await people.store.releases.read('shop', 'prod', 1);
    const { sha256 } = artifacts['report.html'];
    renameSync(join(people.home, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2)), join(people.directory, 'lost'));
    const { code, releases, left } = await erase();
    expect([code, releases]).toEqual([1, []]);
    expect(left.filter((line) => line.includes('could not be written again there: OBJECT_MISSING'))).toHaveLength(4);
    expect(left).toContain(`${out('mail', '1', 'members.csv')} still names the customer`);
    renameSync(join(people.directory, 'lost'), join(people.home, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2)));
    expect(await erase()).toMatchObject({ releases: [1, 2], left: ELSEWHERE });
    expect(await named()).toEqual([]);
  });

  it('takes up again what was killed between the old folder and the new one', async () => {
    await people.release({ [JANE]: 0, [JOE]: 0, [JIM]: 1 });
    await people.release({ [JANE]: 0, [JOE]: 1, [JIM]: 1 });
    renameSync(out('record', '2'), out('record', '.erasing-2'));
    expect(await erase()).toMatchObject({ releases: [1, 2], left: ELSEWHERE });
    expect(await named()).toEqual([]);
    expect(readdirSync(out('record')).sort()).toEqual(['1', '2', 'current']);
    expect(await people.changes('record/2')).toEqual([{ pid: people.vault.pseudonym(JOE), change: 'changed' }]);
  });

  it('names tables that nobody knows of, which are compressed', async () => {
    await people.release({ [JANE]: 0, [JOE]: 0, [JIM]: 1 });
    mkdirSync(out('record', 'copy'));
    for (const name of ['customer_personas.parquet', 'dramatis.duckdb']) writeFileSync(out('record', 'copy', name), readFileSync(out('record', '1', name)));
    const { left } = await erase();
    expect(left.filter((line) => line.endsWith('still names the customer'))).toEqual(
      ['customer_personas.parquet', 'dramatis.duckdb'].map((name) => `${out('record', 'copy', name)} still names the customer`),
    );
  });

  it.each([
    ['running', /recorded as running/],
    ['held', /waits for a decision: "dramatis approve" or "dramatis reject"/],
  ] as const)('waits for a run that is %s', async (status, message) => {
    await people.release({ [JANE]: 0, [JOE]: 0, [JIM]: 1 });
    const { runs } = people.store;
    const opening = { project: 'shop', environment: 'prod', asOf: '2024-01-09', scratch: false, workflowId: 'w', temporalRunId: 't', request: {}, retryOf: null };
    const { runId } = await runs.open(opening);
    await runs.update(runId, { status });
    const { code, error } = await erase();
    expect(error).toMatchObject({ code: 'RUN_IN_PROGRESS', message: expect.stringMatching(message) });
    expect(code).not.toBe(0);
    expect(existsSync(join(people.home, 'erasures'))).toBe(false);
    await runs.update(runId, { status: 'failed', finishedAt: '2024-01-09T00:00:00.000Z' });
    expect(await erase()).toMatchObject({ releases: [1] });
  });
});
