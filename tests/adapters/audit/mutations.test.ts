import { auditCleanLogs, mutateLedgers, MUTATIONS } from '../../support/audit-mutations';
import { flipBits } from '../../support/audit-flips';
import { publishedStore } from '../../support/audit-store';
import { freshHome } from '../../support/home';

/** The same as tests/prove/audit-mutations, with small numbers. */
describe('audit of what was changed', () => {
  it('finds every kind of change to a ledger, and names the entry', async () => {
    expect(await mutateLedgers(freshHome(), 8 * MUTATIONS.length)).toEqual([]);
  });

  it('says nothing of untouched ledgers', async () => {
    expect(await auditCleanLogs(freshHome(), 40)).toEqual([]);
  });

  it('finds a flipped bit in any object, release, manifest or envelope, and names it', async () => {
    const home = freshHome();
    await publishedStore(home, 2);
    expect(await flipBits(home, 120)).toEqual([]);
  });
});
