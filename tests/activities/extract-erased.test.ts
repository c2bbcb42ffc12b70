import { extract } from '../../src/activities/extract';
import { openVault } from '../../src/adapters/vault';
import type { ExtractReport } from '../../src/contracts/reports';
import { configWith, createStages, project, TEST_KEY } from './extract-support';

const HEADER = 'customer,order,product,quantity,price,at';
const LINES = [
  'CUST-0001,o1,p1,2,1.50,2011-12-01 10:00:00',
  'CUST-0001,o2,p1,x,1.50,2011-12-01 10:00:00', // unreadable: the record goes into the vault
  'CUST-0001,o3,p1,2,1.50,2012-12-01 10:00:00', // after as-of
  'CUST-0002,o4,p1,2,1.50,2011-12-01 10:00:00',
  'CUST-0003,o5,p1,y,1.50,2011-12-01 10:00:00',
  'CUST-0003,o6,p1,1,1.50,2011-12-01 10:00:00',
];

it('leaves an erased customer out from then on, counts its rows as rejected, keeps none of its records, and reuses nothing of before', async () => {
  const stages = createStages();
  try {
    const dir = project({ 'x.csv': [HEADER, ...LINES, ''].join('\n') });
    const config = configWith({ path: 'x.csv', format: 'csv', maxRejected: 1 });
    const vault = openVault({ config: config.privacy, projectDir: dir, home: stages.home, env: { K: TEST_KEY } });
    const pid = vault.pseudonym('CUST-0001');
    const before = await stages.run(extract, config, { dir });
    expect((await vault.recall()).get(pid)).toBe('CUST-0001');
    const plain = await stages.env.artifacts.readJson<ExtractReport>(before.outputs['extract.report']!);
    expect(plain).not.toHaveProperty('erased');

    await vault.markErased(pid);
    expect(await vault.forget(pid, (line) => line.includes('CUST-0001'))).toBe(2);
    expect([...(await vault.recall()).values()].sort()).toEqual(['CUST-0002', 'CUST-0003']);
    const after = await stages.run(extract, config, { dir });
    const rows = await stages.rows(after.outputs['extract.transactions'], 'SELECT pid FROM t.t');
    expect(rows.map((row) => row.pid).sort()).toEqual(['CUST-0002', 'CUST-0003'].map((id) => vault.pseudonym(id)).sort());
    const report = await stages.env.artifacts.readJson<ExtractReport>(after.outputs['extract.report']!);
    expect(report.sources[0]).toMatchObject({
      rowsIn: 6,
      kept: 2,
      rejected: [
        { reason: 'erased', rows: 3 },
        { reason: 'unreadable quantity', rows: 1 },
      ],
    });
    expect(report.erased).toMatch(/^[0-9a-f]{64}$/);
    expect([...(await vault.recall()).values()].sort()).toEqual(['CUST-0002', 'CUST-0003']);
    let lines = 0;
    await vault.forget('nobody', (line) => {
      if (line.includes('record')) lines++;
      expect(line).not.toContain('CUST-0001');
      return false;
    });
    // The record of CUST-0003, sealed by the first run; the second wrote the same.
    expect(lines).toBeGreaterThan(0);
  } finally {
    await stages.env.dispose();
  }
});
