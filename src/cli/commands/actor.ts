import { Option, type Command } from 'commander';
import { defaultKeyFile, newKey, readPublicKeyFile, writeKeyFile } from '../../adapters/actors';
import { ROLES, type ActorChange, type KeySpan, type Role, type SignedChange } from '../../contracts/actors';
import { PipelineError } from '../../contracts/errors';
import {
  ACTOR_NAME,
  isActive,
  keyAt,
  keyIdOfText,
  objection,
  publicKeyText,
  refused,
  registryOf,
  signStatement,
  type Registry,
} from '../../core/actors';
import { defaultActor, globalsOf } from '../options';
import { json, note, out, table } from '../output';
import { signerOf, type Signer } from '../signer';
import { openWorkspace, type Workspace } from '../workspace';

interface ChangeOptions {
  readonly actor?: string;
  readonly key?: string;
  readonly reason?: string;
}

interface KeyOptions extends ChangeOptions {
  readonly out?: string;
  readonly publicKey?: string;
  readonly validUntil?: string;
}

export const registerActor = (program: Command): void => {
  const actor = program
    .command('actor')
    .description('who may do what: people and services, their roles and keys')
    .addHelpText(
      'after',
      [
        '\nExamples:',
        'dramatis actor add ana --role approver          the first actor, who adds the others',
        'dramatis actor add ben --role engineer --actor ana --reason "joins the data team"',
        'dramatis actor list',
        'dramatis actor rotate ben --actor ben',
        'dramatis actor revoke ben --actor ana --reason "left"',
      ].join('\n  '),
    );
  const signed = (command: Command): Command =>
    command
      .option('--actor <name>', 'who signs (default: DRAMATIS_ACTOR, or the operating-system user)')
      .option('--key <file>', 'the private key of who signs (default: DRAMATIS_ACTOR_KEY, or where "actor add" put it)')
      .option('--reason <text>', 'why, for the ledger');
  const keyed = (command: Command): Command =>
    signed(command)
      .option('--out <file>', 'where the new private key goes (default: ~/.config/dramatis/actors); never into the store')
      .option('--public-key <file>', 'a public key (ed25519, PEM) whose owner keeps the private half: none is made here')
      .option('--valid-until <timestamp>', 'the key counts until then (default: until it is rotated or revoked)');
  keyed(
    actor.command('add <name>').description('add an actor with a role and a key; the first one of a store signs for itself and must be an approver'),
  )
    .addOption(new Option('--role <role>', 'what the actor may do').choices(ROLES).makeOptionMandatory())
    .action(async (name: string, options: KeyOptions & { role: Role }, command: Command) => add(await open(command), name, options, isJson(command)));
  keyed(actor.command('rotate <name>').description('give an actor a new key; the old one counts up to now')).action(
    async (name: string, options: KeyOptions, command: Command) => rotate(await open(command), name, options, isJson(command)),
  );
  signed(actor.command('revoke <name>').description('take every right from an actor, from now on')).action(
    async (name: string, options: ChangeOptions, command: Command) => revoke(await open(command), name, options, isJson(command)),
  );
  actor
    .command('list')
    .description('the actors, from the ledger alone')
    .action(async (_: unknown, command: Command) => list(await open(command), isJson(command)));
};

const open = (command: Command): Promise<Workspace> => openWorkspace(globalsOf(command));
const isJson = (command: Command): boolean => globalsOf(command).json === true;
const registryIn = async ({ store }: Workspace): Promise<Registry> => registryOf(await store.ledger.read());

async function add(workspace: Workspace, name: string, options: KeyOptions & { readonly role: Role }, asJson: boolean): Promise<void> {
  if (!ACTOR_NAME.test(name))
    throw new PipelineError('CONFIG_INVALID', `"${name}" is no name for an actor: letters, digits, ".", "_", "@" and "-", at most 63`);
  const registry = await registryIn(workspace);
  const first = registry.actors.size === 0;
  const made = await makeKey(name, options);
  const { role, reason = first ? 'the first actor of this store' : `${name} becomes ${options.role}` } = options;
  const statement: ActorChange = { purpose: 'dramatis/actor/1', change: 'added', name, role, key: made.span, at: made.span.from, reason };
  if (first && made.key === null)
    throw new PipelineError('CONFIG_INVALID', 'the first actor signs for itself: leave out --public-key, so that its key is made here');
  const signer: Signer = first
    ? { name, keyId: made.span.keyId, key: made.key! }
    : await signerOf(registry, options.actor ?? defaultActor(), options.key);
  await keep(workspace, statement, signer, first, made);
  if (asJson) return json({ name, role, keyId: made.span.keyId, keyFile: made.file, bootstrap: first });
  out(`${name} is ${role} now; key ${made.span.keyId}${made.file === null ? '' : `, private half in ${made.file}`}`);
  if (first)
    note(
      'The first actor of this store, signed by itself: from now on only actors with a role may start, approve or change anything. Add an engineer next.',
    );
}

async function rotate(workspace: Workspace, name: string, options: KeyOptions, asJson: boolean): Promise<void> {
  const registry = await registryIn(workspace);
  const signer = await signerOf(registry, options.actor ?? defaultActor(), options.key);
  const made = await makeKey(name, options);
  const statement: ActorChange = {
    purpose: 'dramatis/actor/1',
    change: 'rotated',
    name,
    key: made.span,
    at: made.span.from,
    reason: options.reason ?? 'a new key',
  };
  await keep(workspace, statement, signer, false, made);
  if (asJson) return json({ name, keyId: made.span.keyId, keyFile: made.file });
  out(`${name} signs with key ${made.span.keyId} from now on${made.file === null ? '' : `, private half in ${made.file}`}`);
}

async function revoke(workspace: Workspace, name: string, { actor, key, reason }: ChangeOptions, asJson: boolean): Promise<void> {
  if (reason === undefined || reason.trim() === '') throw new PipelineError('CONFIG_INVALID', 'say why: --reason "…"');
  const signer = await signerOf(await registryIn(workspace), actor ?? defaultActor(), key);
  const at = new Date().toISOString();
  await keep(workspace, { purpose: 'dramatis/actor/1', change: 'revoked', name, at, reason }, signer, false);
  if (asJson) return json({ name, revokedAt: at });
  out(`${name} is revoked; what it did before stays signed and valid`);
}

interface MadeKey {
  readonly key: ReturnType<typeof newKey> | null;
  readonly span: KeySpan;
  /** Null where the owner made the key elsewhere. */
  readonly file: string | null;
}

async function makeKey(name: string, { out: place, publicKey, validUntil }: KeyOptions): Promise<MadeKey> {
  const key = publicKey === undefined ? newKey() : null;
  const text = publicKeyText(key ?? (await readPublicKeyFile(publicKey!)));
  const keyId = keyIdOfText(text);
  const from = new Date().toISOString();
  const span: KeySpan = { keyId, publicKey: text, from, to: validUntil === undefined ? null : endOf(validUntil, from) };
  return { key, span, file: key === null ? null : (place ?? defaultKeyFile(name, keyId)) };
}

function endOf(text: string, from: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new PipelineError('CONFIG_INVALID', `--valid-until ${text}: write an ISO timestamp such as 2027-06-30T00:00:00Z`);
  const to = new Date(time).toISOString();
  if (to <= from) throw new PipelineError('CONFIG_INVALID', `--valid-until ${text} has passed`);
  return to;
}

/** Sign, look whether it would count, write the key file, append. What would not count is written as a refusal only. */
async function keep(
  { store: { ledger, home } }: Workspace,
  statement: ActorChange,
  signer: Signer,
  bootstrap: boolean,
  made?: MadeKey,
): Promise<void> {
  const { name, at, change, reason } = statement;
  const signedBy = { name: signer.name, keyId: signer.keyId };
  const body: SignedChange = { statement, signedBy, signature: signStatement(statement, signer.key), bootstrap };
  const request = { action: 'people', actor: signer.name, reason, subject: name, at } as const;
  const refusal = (problem: string) =>
    refused(ledger, request, new PipelineError('ACTOR_CHANGE_REFUSED', `${name} cannot be ${change}: ${problem}`, { name, change }));
  const problem = objection(registryOf(await ledger.read()).actors, body);
  if (problem !== undefined) throw await refusal(problem);
  if (made?.key && made.file !== null) await writeKeyFile(made.file, made.key, home);
  const { seq } = await ledger.append({ type: `actor.${change}`, actor: signer.name, reason, at, subject: name, body: { ...body } });
  // Somebody else may have been faster: only what the ledger as a whole says counts.
  const late = registryOf(await ledger.read()).refused.find((entry) => entry.seq === seq);
  if (late) throw await refusal(late.problem);
}

async function list(workspace: Workspace, asJson: boolean): Promise<void> {
  const { actors, refused: ignored } = await registryIn(workspace);
  const now = new Date().toISOString();
  const rows = [...actors.values()].map((actor) => {
    const key = keyAt(actor, now);
    const status = !isActive(actor, now) ? `revoked ${actor.revokedAt}` : key ? 'active' : 'key expired';
    return {
      name: actor.name,
      role: actor.role,
      status,
      addedAt: actor.addedAt,
      keyId: key?.keyId ?? null,
      keyUntil: key?.to ?? null,
      keys: actor.keys,
    };
  });
  if (asJson) return json({ actors: rows, ignored });
  if (rows.length === 0)
    return out('no actors: this store is one person\'s, everything is allowed; "dramatis actor add NAME --role approver" adds the first');
  out(
    table(
      ['actor', 'role', 'status', 'since', 'key', 'valid until'],
      rows.map(({ name, role, status, addedAt, keyId, keyUntil }) => [name, role, status, addedAt, keyId ?? '', keyUntil ?? '']),
    ),
  );
  for (const { seq, problem } of ignored) note(`ledger entry ${seq} does not count: ${problem}`);
}
