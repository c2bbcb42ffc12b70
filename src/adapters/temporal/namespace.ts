import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { SearchAttributeType } from '@temporalio/common';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes';
import { msToTs } from '@temporalio/common/lib/time';
import { PipelineError } from '../../contracts/errors';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';

/** gRPC status codes. */
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;

const SECONDS_PER_DAY = 86_400;
const MS_PER_DAY = 1_000 * SECONDS_PER_DAY;
const APPEAR_MS = 30_000; // a new namespace is known to all parts of the server after their next refresh, some seconds later

interface Attribute {
  readonly name: string;
  readonly type: SearchAttributeType;
}

const hasCode = (error: unknown, ...codes: number[]): boolean =>
  isGrpcServiceError(error) && codes.includes(error.code);
const typeNumber = (type: SearchAttributeType): number => encodeSearchAttributeIndexedValueType(type) ?? 0;

/** Seconds of history the namespace keeps; undefined if there is no such namespace. */
async function retentionOf({ workflowService }: Connection, namespace: string): Promise<number | undefined> {
  try {
    const { config } = await workflowService.describeNamespace({ namespace });
    return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  } catch (error) {
    if (hasCode(error, NOT_FOUND)) return undefined;
    throw error;
  }
}

async function ensureRetention(connection: Connection, namespace: string, days: number): Promise<void> {
  const wanted = msToTs(days * MS_PER_DAY);
  const present = await retentionOf(connection, namespace);
  if (present === undefined) {
    try {
      await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: wanted });
    } catch (error) {
      if (!hasCode(error, ALREADY_EXISTS)) throw error;
    }
    const giveUp = Date.now() + APPEAR_MS;
    while ((await retentionOf(connection, namespace)) === undefined && Date.now() < giveUp) await sleep(250);
  } else if (present < days * SECONDS_PER_DAY) {
    await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: wanted } });
  }
}

/** Custom search attributes, by name. Waits while a new namespace is not known yet to the part of the server that answers. */
async function customAttributes({ operatorService }: Connection, namespace: string): Promise<Record<string, number>> {
  for (const giveUp = Date.now() + APPEAR_MS; ; await sleep(250)) {
    try {
      const { customAttributes: found } = await operatorService.listSearchAttributes({ namespace });
      return (found ?? {}) as Record<string, number>;
    } catch (error) {
      if (!hasCode(error, NOT_FOUND) || Date.now() > giveUp) throw error;
    }
  }
}

/** Adding one that exists with another type is answered with success and changes nothing: only a look afterwards tells. */
async function ensureAttributes(
  connection: Connection,
  namespace: string,
  attributes: readonly Attribute[],
): Promise<void> {
  const present = await customAttributes(connection, namespace);
  const absent = attributes.filter(({ name }) => present[name] === undefined);
  if (absent.length > 0) {
    const searchAttributes = Object.fromEntries(absent.map(({ name, type }) => [name, typeNumber(type)]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  }
  const giveUp = Date.now() + APPEAR_MS;
  let found = absent.length > 0 ? await customAttributes(connection, namespace) : present;
  while (attributes.some(({ name }) => found[name] === undefined) && Date.now() < giveUp) {
    await sleep(250);
    found = await customAttributes(connection, namespace);
  }
  const wrong = attributes
    .filter(({ name, type }) => found[name] !== typeNumber(type))
    .map(({ name, type }) => `${name} (must be ${type})`);
  if (wrong.length > 0) {
    const message = `namespace ${namespace} has search attributes of another type: ${wrong.join(', ')}; remove them there or use another namespace`;
    throw new PipelineError('CONFIG_INVALID', message, { namespace, attributes: wrong });
  }
}

/**
 * Brings a namespace into the state that runs need: it exists, keeps histories long enough for the archive, and knows the search
 * attributes. Changes only what is missing, so it is called at every start; never shortens a retention.
 *
 * Where the server does not let us (a hosted one has no operator API, an API key may lack the right), what is left to do by hand goes
 * to `log` and the call succeeds.
 * @param attributes Default: those of the contract.
 * @throws PipelineError `CONFIG_INVALID` if an attribute exists with another type: every upsert would be refused and its run would hang.
 */
export async function ensureNamespace(
  connection: Connection,
  namespace: string,
  log: (line: string) => void = () => {},
  { retentionDays = 30, attributes = Object.values(SEARCH_ATTRIBUTES) as readonly Attribute[] } = {},
): Promise<void> {
  const tolerate = async (work: Promise<void>, byHand: string): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (!hasCode(error, PERMISSION_DENIED, UNIMPLEMENTED, INVALID_ARGUMENT)) throw error;
      const reason = error instanceof Error ? error.message.split('\n')[0] : '';
      log(`this Temporal server does not let us set up namespace ${namespace} (${reason}); make sure that ${byHand}`);
    }
  };
  await tolerate(
    ensureRetention(connection, namespace, retentionDays),
    `it exists and keeps histories for ${retentionDays} days`,
  );
  const list = attributes.map(({ name, type }) => `${name} ${type}`).join(', ');
  await tolerate(ensureAttributes(connection, namespace, attributes), `it has the search attributes ${list}`);
}
