import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBucket } from '../../src/adapters/sinks';
import { freePort } from './free-port';
import type { S3Server } from './s3';
import { versitygwPath } from './services';

const ACCESS = 'prover';
const SECRET = 'not-in-any-message';

/** versitygw over a folder of its own, on a free loopback port: a real S3 server, which checks signatures. */
export async function startVersitygw(): Promise<S3Server> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-s3-'));
  const root = join(folder, 'buckets');
  mkdirSync(root);
  const args = ['--port', `127.0.0.1:${port}`, '--access', ACCESS, '--secret', SECRET, '--quiet', 'posix', '--sidecar', join(folder, 'meta'), root];
  mkdirSync(join(folder, 'meta'));
  const child = spawn(versitygwPath(), args, { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  for (let waited = 0; ; waited++) {
    if (await fetch(endpoint).then(() => true, () => false)) break;
    if (waited > 300 || child.exitCode !== null) throw new Error('versitygw did not start');
    await sleep(100);
  }
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: { accessKeyId: ACCESS, secretAccessKey: SECRET } });
  return {
    endpoint,
    credentials: { accessKeyId: ACCESS, secretAccessKey: SECRET },
    checksSignatures: true,
    open: (bucket) => openBucket({ target: 'lake', bucket, endpoint, region: 'us-east-1', accessKeyId: ACCESS, secretAccessKey: SECRET }),
    make: async (bucket) => void (await client.send(new CreateBucketCommand({ Bucket: bucket }))),
    keys: async (bucket) => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    },
    stop: async () => {
      client.destroy();
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
