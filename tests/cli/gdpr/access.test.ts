import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PeopleStore } from '../../support/gdpr-store';
import { dramatis } from '../support';

const [JANE, JOE, ANN] = ['jane.doe@example.org', 'joe@example.org', 'ann@example.org'];

describe('commands that look at releases some of which were collected', () => {
  let people: PeopleStore;
  const run = (...args: readonly string[]) => dramatis(...args, '-p', people.directory);
  const access = (customer: string, ...more: readonly string[]) => run('gdpr', 'access', '--customer', customer, '--reason', 'request of 3 July', ...more);
  beforeEach(async () => {
    people = await PeopleStore.open('    - { name: record, type: files, path: out/record, formats: [csv] }\n');
    await people.release({ [JANE]: 0, [JOE]: 0 });
    await people.release({ [JANE]: 1, [JOE]: 0 });
    await people.release({ [JOE]: 1, [ANN]: 0 });
    await people.collect(2);
  });

  it('gdpr access says everything that is left, and which releases it could not look at', async () => {
    const { stdout } = await access(JANE, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ releases: [{ release: 2, persona: { name: '=Rare' } }], collected: [{ release: 1, asOf: '2024-01-01' }] });
    expect((await access(JANE)).stdout).toMatch(/release 2, as of 2024-01-02: "=Rare"[^]*release 1, as of 2024-01-01: collected, it cannot be looked at any more/);
  });

  it('gdpr access says that nobody of that id is there, as far as it can be seen', async () => {
    const { stdout } = await access('nobody@example.org', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CUSTOMER_NOT_FOUND', message: expect.stringContaining('release 1 was collected'), details: { releases: 2, collected: [1] } } });
  });

  it('gdpr access takes a table that nobody collected for what it is', async () => {
    const { artifacts } = await people.store.releases.read('shop', 'prod', 2);
    const { sha256 } = artifacts['features.features'];
    rmSync(join(people.home, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2)));
    expect(JSON.parse((await access(JANE, '--json')).stdout)).toMatchObject({ error: { code: 'OBJECT_MISSING' } });
  });

  it('personas history is made of the others, and names it', async () => {
    const file = join(people.directory, 'history.parquet');
    const { stdout } = await run('personas', 'history', '--out', file, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ releases: [{ release: 2 }, { release: 3 }], collected: [{ release: 1, asOf: '2024-01-01' }] });
    expect((await run('personas', 'history', '--out', file)).stderr).toContain('collected, and left out: release 1 (2024-01-01)');
  });
});
