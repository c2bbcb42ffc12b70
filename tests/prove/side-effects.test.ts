import { makeShop, removeFolders } from '../e2e/support';
import { disturbed, faultsOf, HOWS, someOf, undisturbed, type Fault } from '../faults/side-effects';

/** Faults in one run: each is done once, then the run goes on to the next. */
const PER_RUN = Number(process.env.DRAMATIS_PROVE_FAULTS_PER_RUN ?? 6);
const MOST = Number(process.env.DRAMATIS_PROVE_FAULTS ?? Infinity);

afterAll(removeFolders);

/** Runs that a fault may miss among others before it gets a run of its own. */
const MISSES = 2;

it('fails every change of the file system once in every way, and ends the same', async () => {
  const project = await makeShop();
  const { points, run } = await undisturbed(project);
  const faults = someOf(faultsOf(points), Math.min(MOST, points.length * HOWS.length), 2);
  const misses = new Map<Fault, number>();
  const missed = (fault: Fault): number => misses.get(fault) ?? 0;
  let [pending, runs, again]: [Fault[], number, number] = [faults, 0, 0];
  while (pending.length > 0) {
    const shy = pending.find((fault) => missed(fault) >= MISSES);
    // Spread over the run, so that it is disturbed again and again.
    const stride = Math.ceil(pending.length / PER_RUN);
    const own = shy ? [shy] : pending.filter((_, i) => i % stride === 0);
    const found = await disturbed(project, own);
    expect({ own, ...found, done: [], again: 0 }).toEqual({
      own, done: [], again: 0, digest: run.digest, resultDigest: run.resultDigest, releases: ['1.json'], ledger: null,
    });
    // Alone, every point is reached: the run up to it is the undisturbed one.
    if (own.length === 1) expect({ own, done: found.done }).toEqual({ own, done: own });
    for (const fault of own) misses.set(fault, missed(fault) + 1);
    pending = pending.filter((fault) => !found.done.includes(fault));
    runs++;
    again += found.again;
    process.stdout.write(`faults: ${faults.length - pending.length} of ${faults.length} at ${points.length} points done in ${runs} runs, command given again ${again} times\n`);
  }
}, 36_000_000);
