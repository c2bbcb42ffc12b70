import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBucket, type Bucket } from '../../src/adapters/sinks';
import { freePort } from './free-port';
import { s3Python } from './services';

export interface S3Server {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Whether signatures are checked: a header that is lost on the way breaks that of the request. */
  readonly checksSignatures: boolean;
  open(bucket: string): Promise<Bucket>;
  make(bucket: string): Promise<void>;
  keys(bucket: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** moto's S3 on a free loopback port: it answers 412 to `If-None-Match` and `If-Match`. */
export async function startS3(): Promise<S3Server> {
  const port = await freePort();
  const child = spawn(s3Python(), ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  // It asks for none.
  const credentials = { accessKeyId: 'key', secretAccessKey: 'not-in-any-message' };
  for (let waited = 0; ; waited++) {
    if (await fetch(endpoint).then(() => true, () => false)) break;
    if (waited > 300 || child.exitCode !== null) throw new Error('the S3 server did not start');
    await sleep(100);
  }
  return {
    endpoint,
    credentials,
    checksSignatures: false,
    open: (bucket) => openBucket({ target: 'lake', bucket, endpoint, region: 'us-east-1', ...credentials }),
    make: async (bucket) => void (await fetch(`${endpoint}/${bucket}`, { method: 'PUT' })),
    keys: async (bucket) => {
      const text = await (await fetch(`${endpoint}/${bucket}?list-type=2`)).text();
      return [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);
    },
    stop: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** A store in between that drops some headers, as those do that know no conditional writes, and counts what is written. */
export async function proxy(
  endpoint: string,
  dropped: readonly string[],
  /** Whether the answer to a write is lost on its way, after the write was done. */
  loses: (url: string) => boolean = () => false,
  /** The status that a request is answered with instead of being done. */
  fails: (url: string) => number | undefined = () => undefined,
): Promise<{ readonly endpoint: string; readonly puts: string[]; stop(): Promise<void> }> {
  const puts: string[] = [];
  const server = createServer((incoming: IncomingMessage, outgoing) => {
    const status = fails(incoming.url ?? '');
    if (status !== undefined) return void incoming.resume().on('end', () => outgoing.writeHead(status).end());
    if (incoming.method === 'PUT') puts.push(incoming.url ?? '');
    const lost = incoming.method === 'PUT' && loses(incoming.url ?? '');
    const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !dropped.includes(name)));
    const forwarded = request(`${endpoint}${incoming.url ?? ''}`, { method: incoming.method, headers }, (response) => {
      if (lost) return void response.resume().on('end', () => outgoing.destroy());
      outgoing.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    puts,
    stop: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
