import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { PipelineError } from '../../contracts/errors';
import { globalsOf } from '../options';
import { count, json, note, out, pasteable } from '../output';
import { bundleOf, type BundleFiles } from './bundle';
import { storeToAudit } from './open-store';
import { tar } from './tar';
import { addWhoAndWhy, whoAndWhy, type WhoAndWhy } from './who-and-why';

interface ExportOptions extends WhoAndWhy {
  readonly bundle: string;
  readonly tables?: boolean;
  readonly against?: string;
}

export const registerExport = (audit: Command): void => {
  addWhoAndWhy(audit.command('export <run>'))
    .description('everything about one run in a bundle that can be verified elsewhere, without this program')
    .requiredOption('--bundle <path>', 'a folder that is not there or empty, or a file ending in .tar or .tgz')
    .option('--tables', 'also the tables with a row per customer')
    .option('--against <file>', 'a checkpoint kept elsewhere, to prove the bundle against')
    .addHelpText('after', '\nExamples:\n  dramatis audit export shop-demo-2026-06-30-1 --bundle evidence.tgz\n  dramatis audit export RUN --bundle evidence && node evidence/verify.js evidence')
    .action(async (runId: string, { bundle, tables = false, against, ...who }: ExportOptions, command: Command) => {
      const options = globalsOf(command);
      const store = storeToAudit(options);
      const path = resolve(bundle);
      const files = await bundleOf(store, runId, { tables, ...(against !== undefined && { against: await readFile(resolve(against), 'utf8') }) });
      await write(path, files);
      const act = whoAndWhy(who, 'a bundle for somebody else');
      await store.ledger.append({ type: 'run.exported', ...act, subject: runId, body: { exportedAt: act.at, tables, files: files.size } });
      const bytes = [...files.values()].reduce((sum, file) => sum + file.byteLength, 0);
      if (options.json) return json({ runId, path, files: [...files.keys()], bytes, tables });
      out(`${count(files.size)} files, ${count(bytes / 1000)} KB: ${path}`);
      note(isArchive(path) ? `unpack it, then: node verify.js` : `verify it with: node ${pasteable(join(path, 'verify.js'))} ${pasteable(path)}`);
    });
};

const isArchive = (path: string): boolean => /\.(tar|tgz|tar\.gz)$/.test(path);

async function write(path: string, files: BundleFiles): Promise<void> {
  if (isArchive(path)) {
    const bytes = tar(files);
    return writeFile(path, path.endsWith('.tar') ? bytes : gzipSync(bytes), { mode: 0o600 });
  }
  await mkdir(path, { recursive: true, mode: 0o700 });
  if ((await readdir(path)).length > 0) throw new PipelineError('CONFIG_INVALID', `${path} is not empty: a bundle needs a folder of its own`, { path });
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(path, name)), { recursive: true, mode: 0o700 });
    await writeFile(join(path, name), bytes, { mode: 0o600 });
  }
}
