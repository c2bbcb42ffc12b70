import { freshHome } from '../support/home';
import { publishUnderFire } from '../support/publish-under-fire';

const KEYS = Number(process.env.DRAMATIS_PROVE_KEYS ?? 1000);

it(`publishes ${KEYS} keys once each, with three writers killed again and again`, async () => {
  const { kills, report } = await publishUnderFire(freshHome(), KEYS);
  process.stdout.write(`${report}\n`);
  expect(kills).toBeGreaterThan(50);
}, 3_600_000);
