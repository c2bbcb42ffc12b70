import { Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { PipelineError } from '../../contracts/errors';

/** A Temporal server and namespace, with what it takes to get in. Holds secrets: never log it whole. */
export interface TemporalTarget {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** Who named the server. */
  readonly source: 'environment' | 'embedded';
  /** For `Connection.connect`. */
  readonly client: ConnectionOptions;
  /** For `NativeConnection.connect`. */
  readonly worker: NativeConnectionOptions;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_NAMESPACE = 'default';
const CONNECT_MS = 10_000;

/**
 * Whether the environment names a server, by `TEMPORAL_ADDRESS` or a `TEMPORAL_PROFILE` of Temporal's configuration file. A file alone
 * does not count: the one that a person keeps for a production cluster must not draw an example run there.
 */
export const namesServer = (env: Environment = process.env): boolean =>
  Boolean(env.TEMPORAL_ADDRESS) || Boolean(env.TEMPORAL_PROFILE);

function fromEnvironment(env: Environment): TemporalTarget {
  const set = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  let profile: ReturnType<typeof loadClientConfigProfile>;
  try {
    // Without a profile the file is not read: see `namesServer`.
    profile = loadClientConfigProfile({ overrideEnvVars: set, disableFile: !env.TEMPORAL_PROFILE });
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not readable';
    throw new PipelineError(
      'CONFIG_INVALID',
      `Temporal's environment configuration is not usable: ${reason}`,
      {},
      { cause: error },
    );
  }
  const { namespace = DEFAULT_NAMESPACE, connectionOptions } = toClientOptions(profile);
  const { address, tls, apiKey, metadata } = connectionOptions;
  if (!address) {
    throw new PipelineError(
      'CONFIG_INVALID',
      `the Temporal profile ${env.TEMPORAL_PROFILE} has no address: add one, or set TEMPORAL_ADDRESS`,
    );
  }
  const options = {
    address,
    ...(tls !== undefined && { tls }),
    ...(apiKey !== undefined && { apiKey }),
    ...(metadata && { metadata }),
  };
  return {
    address,
    namespace,
    source: 'environment',
    client: { ...options, connectTimeout: CONNECT_MS },
    worker: options,
  };
}

/**
 * Where Temporal is: the server that the environment names (address, namespace, TLS and API key by Temporal's standard variables), else
 * the embedded one, which has neither TLS nor keys whatever the environment says.
 * @param embeddedAddress `host:port` of this home's embedded server, if it runs.
 * @throws PipelineError `CONFIG_INVALID` if the environment's configuration is not usable, `TEMPORAL_UNREACHABLE` if there is no server.
 */
export function temporalTarget(embeddedAddress?: string, env: Environment = process.env): TemporalTarget {
  if (namesServer(env)) return fromEnvironment(env);
  if (embeddedAddress === undefined) {
    throw new PipelineError(
      'TEMPORAL_UNREACHABLE',
      'no Temporal server is known: start one with `dramatis up`, or set TEMPORAL_ADDRESS',
    );
  }
  const options = { address: embeddedAddress };
  const namespace = env.TEMPORAL_NAMESPACE || DEFAULT_NAMESPACE;
  return {
    address: embeddedAddress,
    namespace,
    source: 'embedded',
    client: { ...options, connectTimeout: CONNECT_MS },
    worker: options,
  };
}

/** `temporalTarget` for callers that wait for a configuration. */
export const connectionOptions = (embeddedAddress?: string, env?: Environment): Promise<TemporalTarget> =>
  Promise.resolve().then(() => temporalTarget(embeddedAddress, env));

/** An error that names the address and what to do about it; the server's own words may be long, so only their first line. */
export function unreachable({ address, namespace, source }: TemporalTarget, error: unknown): PipelineError {
  const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
  const refused = /UNAUTHENTICATED|PERMISSION_DENIED|unauthorized|certificate/i.test(String(error));
  const wayOut =
    source === 'embedded'
      ? 'see temporal/server.log in the home folder, or start the server again with `dramatis up`'
      : refused
        ? 'check TEMPORAL_API_KEY and the TEMPORAL_TLS settings'
        : 'check that it runs and that TEMPORAL_ADDRESS and the TEMPORAL_TLS settings are right, or unset TEMPORAL_ADDRESS to use an embedded server';
  return new PipelineError(
    'TEMPORAL_UNREACHABLE',
    `no Temporal server answers at ${address} (${reason}): ${wayOut}`,
    { address, namespace },
    { cause: error },
  );
}

/** @throws PipelineError `TEMPORAL_UNREACHABLE` after ten seconds. Close the connection when done. */
export async function connectClient(target: TemporalTarget): Promise<Connection> {
  try {
    return await Connection.connect(target.client);
  } catch (error) {
    throw unreachable(target, error);
  }
}
