import { freshHome } from '../support/home';
import { publishUnderFire } from '../support/publish-under-fire';

const KEYS = Number(process.env.DRAMATIS_PROVE_KEYS ?? 1000);

it(`publishes ${KEYS} keys once each, with three writers killed again and again and ten readers`, async () => {
  const { kills, reads, report } = await publishUnderFire(freshHome(), KEYS);
  process.stdout.write(`${report}\n`);
  expect(kills).toBeGreaterThan(KEYS / 20);
  expect(reads).toBeGreaterThanOrEqual(100 * KEYS);
}, 3_600_000);
