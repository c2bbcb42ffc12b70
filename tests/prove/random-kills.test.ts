import { makeShop, removeFolders } from '../e2e/support';
import { undisturbed } from '../faults/side-effects';
import { killedAtRandom } from '../faults/random-kills';

const KILLS = Number(process.env.DRAMATIS_PROVE_KILLS ?? 100);
const SEED = Number(process.env.DRAMATIS_PROVE_SEED ?? 7);

afterAll(removeFolders);

it(`ends the same after ${KILLS} times kill -9 at random moments`, async () => {
  const project = await makeShop();
  const { run } = await undisturbed(project);
  const { killed, ends } = await killedAtRandom(project, KILLS, SEED);
  process.stdout.write(`kill -9: worker ${killed.worker}, server ${killed.server}, client ${killed.client} in ${ends.length} runs\n`);
  for (const end of ends) expect(end).toEqual({ digest: run.digest, resultDigest: run.resultDigest, releases: ['1.json'], ledger: null });
  expect(killed.worker + killed.server + killed.client).toBeGreaterThanOrEqual(KILLS);
}, 7_200_000);
