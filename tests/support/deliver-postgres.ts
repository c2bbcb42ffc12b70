import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createArtifactStore } from '../../src/adapters/artifacts';
import { createPostgresSink, type PostgresSinkOptions } from '../../src/adapters/sinks';
import type { ReleaseCommit } from '../../src/contracts/manifest';

/** A process that delivers one release and kills itself at a point: `home`, connection URL, JSON file with `{ target, commit }`, point. */
async function main([home, url, file, point]: string[]): Promise<void> {
  const { target, commit } = JSON.parse(readFileSync(file, 'utf8')) as { target: PostgresSinkOptions['target']; commit: ReleaseCommit };
  const engine = { threads: 1, memoryLimit: '500MB', temporary: join(home, 'duckdb') };
  const sink = createPostgresSink({
    target,
    url: () => url,
    kMin: 1,
    artifacts: createArtifactStore(home),
    engine,
    vault: null,
    fault: (reached) => {
      if (reached === point) process.kill(process.pid, 'SIGKILL');
    },
  });
  await sink.deliver(commit);
}

void main(process.argv.slice(2));
