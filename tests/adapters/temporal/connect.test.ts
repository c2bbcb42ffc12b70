import { connectWorker } from '../../../src/adapters/temporal/connect-worker';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connectClient,
  connectionOptions,
  namesServer,
  temporalTarget,
} from '../../../src/adapters/temporal/connect';

it('takes address, namespace and API key from the standard variables, for client and worker alike', () => {
  const env = { TEMPORAL_ADDRESS: 'cloud.example:7233', TEMPORAL_NAMESPACE: 'personas', TEMPORAL_API_KEY: 'secret' };
  const target = temporalTarget('127.0.0.1:20000', env);
  expect(target).toMatchObject({ address: 'cloud.example:7233', namespace: 'personas', source: 'environment' });
  for (const options of [target.client, target.worker])
    expect(options).toMatchObject({ address: 'cloud.example:7233', apiKey: 'secret', tls: true });
});

it('reads the profile of a configuration file only when a profile is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-profile-'));
  const file = join(folder, 'temporal.toml');
  writeFileSync(
    file,
    '[profile.prod]\naddress = "prod.example:7233"\nnamespace = "p"\n[profile.default]\naddress = "other.example:7233"\n',
  );
  expect(temporalTarget(undefined, { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' })).toMatchObject({
    address: 'prod.example:7233',
    namespace: 'p',
  });
  expect(namesServer({ TEMPORAL_CONFIG_FILE: file })).toBe(false);
  expect(temporalTarget('127.0.0.1:20000', { TEMPORAL_CONFIG_FILE: file }).address).toBe('127.0.0.1:20000');
  rmSync(folder, { recursive: true });
});

it('uses neither keys nor TLS with the embedded server, whatever the environment says', () => {
  const target = temporalTarget('127.0.0.1:20000', { TEMPORAL_API_KEY: 'secret', TEMPORAL_TLS: 'true' });
  expect(target).toMatchObject({ source: 'embedded', namespace: 'default', worker: { address: '127.0.0.1:20000' } });
  expect(JSON.stringify(target)).not.toContain('secret');
  expect(target.worker.tls).toBeUndefined();
});

it('refuses an environment without a server and a profile without an address', async () => {
  await expect(connectionOptions(undefined, {})).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE' });
  expect(() =>
    temporalTarget(undefined, { TEMPORAL_PROFILE: 'nowhere', TEMPORAL_CONFIG_FILE: '/nowhere.toml' }),
  ).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
});

it('names the address and the way out when nothing answers', async () => {
  // Port 1 needs root to listen on, and nothing does.
  const target = temporalTarget(undefined, { TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const quick = { ...target, client: { ...target.client, connectTimeout: 500 } };
  const expected = {
    code: 'TEMPORAL_UNREACHABLE',
    message: expect.stringMatching(/127\.0\.0\.1:1 .*TEMPORAL_ADDRESS/) as string,
  };
  await expect(connectClient(quick)).rejects.toMatchObject(expected);
  await expect(connectWorker(quick)).rejects.toMatchObject(expected);
});
