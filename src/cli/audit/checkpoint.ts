import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { globalsOf } from '../options';
import { json, note, out } from '../output';
import { storeToAudit } from './open-store';
import { addWhoAndWhy, whoAndWhy, type WhoAndWhy } from './who-and-why';

interface CheckpointOptions extends WhoAndWhy {
  readonly out?: string;
}

export const registerCheckpoint = (audit: Command): void => {
  addWhoAndWhy(audit.command('checkpoint'))
    .description('sign what the ledger holds now, as a note to keep elsewhere: it proves later that nothing was changed or cut off')
    .option('--out <file>', 'write the note there (default: stdout)')
    .addHelpText('after', '\nExamples:\n  dramatis audit checkpoint --out /mnt/elsewhere/shop.checkpoint\n  dramatis audit checkpoint | git hash-object -w --stdin')
    .action(async ({ out: file, ...who }: CheckpointOptions, command: Command) => {
      const options = globalsOf(command);
      const { ledger } = storeToAudit(options);
      const { note: text, origin, size, root, verifier } = await ledger.checkpoint();
      // That a checkpoint was taken is itself an entry, so a later check can say that there is one to ask for.
      await ledger.append({ type: 'ledger.checkpoint', ...whoAndWhy(who, 'a checkpoint to keep elsewhere'), subject: origin, body: { size, root: root.toString('hex') } });
      if (file !== undefined) await writeFile(resolve(file), text);
      if (options.json) return json({ origin, size, root: root.toString('hex'), note: text, verifier, file: file === undefined ? null : resolve(file) });
      if (file === undefined) return out(text.trimEnd());
      out(`checkpoint of ${size} entries: ${resolve(file)}`);
      note(`keep it where the holder of this store cannot change it, with the key that verifies it: ${verifier}`);
    });
};
