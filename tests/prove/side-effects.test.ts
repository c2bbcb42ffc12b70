import { makeShop, removeFolders } from '../e2e/support';
import { disturbed, faultsOf, HOWS, someOf, undisturbed } from '../faults/side-effects';

/** Faults in one run: each is done once, then the run goes on to the next. */
const PER_RUN = Number(process.env.DRAMATIS_PROVE_FAULTS_PER_RUN ?? 6);
const MOST = Number(process.env.DRAMATIS_PROVE_FAULTS ?? Infinity);

afterAll(removeFolders);

it('fails every change of the file system once in every way, and ends the same', async () => {
  const project = await makeShop();
  const { points, run } = await undisturbed(project);
  const faults = someOf(faultsOf(points), Math.min(MOST, points.length * HOWS.length), 2);
  const runs = Math.ceil(faults.length / PER_RUN);
  let [done, again] = [0, 0];
  for (let r = 0; r < runs; r++) {
    const own = faults.filter((_, i) => i % runs === r);
    const found = await disturbed(project, own);
    expect({ own, ...found, done: 0, again: 0 }).toEqual({
      own, done: 0, again: 0, digest: run.digest, resultDigest: run.resultDigest, releases: ['1.json'], ledger: null,
    });
    done += found.done;
    again += found.again;
    process.stdout.write(`faults: ${r + 1} of ${runs} runs, ${done} of ${faults.length} faults at ${points.length} points done, command given again ${again} times\n`);
  }
  // A point after another fault may be reached by another path: what is left out is counted, and little.
  expect(done).toBeGreaterThan(0.9 * faults.length);
}, 36_000_000);
