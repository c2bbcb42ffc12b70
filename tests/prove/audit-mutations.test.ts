import { auditCleanLogs, mutateLedgers, MUTATIONS } from '../support/audit-mutations';
import { flipBits } from '../support/audit-flips';
import { publishedStore } from '../support/audit-store';
import { freshHome } from '../support/home';

const CHANGES = Number(process.env.DRAMATIS_PROVE_CHANGES ?? 2500);
const FLIPS = Number(process.env.DRAMATIS_PROVE_FLIPS ?? 1500);
const LOGS = Number(process.env.DRAMATIS_PROVE_LOGS ?? 1000);

const HOUR = 3_600_000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

it(
  `finds ${CHANGES} changes to ledgers, each named by its entry`,
  async () => {
    const missed = await mutateLedgers(freshHome(), CHANGES);
    say(`ledger changes of ${MUTATIONS.length} kinds found and named: ${CHANGES - missed.length}/${CHANGES}`);
    expect(missed).toEqual([]);
  },
  HOUR,
);

it(
  `finds ${FLIPS} flipped bits in objects, releases, manifests and envelopes, each named`,
  async () => {
    const home = freshHome();
    await publishedStore(home, 3);
    const missed = await flipBits(home, FLIPS);
    say(`flipped bits found and named: ${FLIPS - missed.length}/${FLIPS}`);
    expect(missed).toEqual([]);
  },
  HOUR,
);

it(
  `says nothing of ${LOGS} untouched ledgers`,
  async () => {
    const said = await auditCleanLogs(freshHome(), LOGS);
    say(`untouched ledgers without a word: ${LOGS - new Set(said.map((text) => text.split(':')[0])).size}/${LOGS}`);
    expect(said).toEqual([]);
  },
  HOUR,
);
