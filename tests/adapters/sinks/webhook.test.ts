import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createArtifactStore } from '../../../src/adapters/artifacts';
import { createWebhookSink, type WebhookSinkOptions } from '../../../src/adapters/sinks';
import { isPublic, publicLookup } from '../../../src/adapters/sinks/webhook/address';
import { publishConfig, type TargetOf } from '../../../src/config/publish';
import { digestOf } from '../../../src/core/audit';
import type { ArtifactStore } from '../../../src/core/ports';
import { freshHome } from '../../support/home';
import { releaseOf, type Member } from '../../support/members';

const SECRET = 'a-secret-of-at-least-16';
const many = (count: number, persona: 0 | 1): Member[] => Array.from({ length: count }, (_, i) => ({ pid: `c_${i}`, persona, country: 'HYPERLINK' }));

describe('webhook sink', () => {
  let home: string;
  let artifacts: ArtifactStore;
  let server: Server;
  let url: string;
  let received: { headers: IncomingHttpHeaders; body: string }[];
  let answers: number[];

  beforeEach(async () => {
    home = freshHome();
    artifacts = createArtifactStore(home);
    [received, answers] = [[], []];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        received.push({ headers: request.headers, body });
        response.writeHead(answers.shift() ?? 204, { location: 'http://127.0.0.1:1/' }).end();
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterEach(() => new Promise((closed) => server.close(closed)));

  const sinkOf = (more: object = {}, options: Partial<WebhookSinkOptions> = {}) => {
    const target = publishConfig.parse({ targets: [{ name: 'hook', type: 'webhook', url, secret: { env: 'HOOK' }, allowPrivate: true, ...more }] }).targets[0] as TargetOf<'webhook'>;
    const engine = { threads: 1, memoryLimit: '500MB', temporary: join(home, 'duckdb') };
    return createWebhookSink({ target, home, receipts: 'receipts', secret: () => SECRET, kMin: 5, artifacts, engine, now: () => 1_700_000_000_000, pause: 1, ...options });
  };

  it('posts a signed summary, named by the commit, without a customer', async () => {
    const release = await releaseOf(artifacts, 1, many(20, 0));
    const receipt = await sinkOf().deliver(release);
    const [{ headers, body }] = received;
    // worked out as a receiver would
    expect(headers['dramatis-signature']).toBe(`sha256=${createHmac('sha256', SECRET).update(`1700000000.${body}`).digest('hex')}`);
    expect(headers).toMatchObject({ 'dramatis-timestamp': '1700000000', 'idempotency-key': digestOf(release), 'content-type': 'application/json' });
    expect(JSON.parse(body)).toMatchObject({ event: 'release', project: 'shop', release: 1, asOf: '2024-01-31', members: { base: null, added: 20 } });
    expect(body).not.toMatch(/c_\d|HYPERLINK/);
    expect(receipt.files).toMatchObject([{ name: 'summary', bytes: Buffer.byteLength(body) }]);
  });

  it('leaves out counts of few members, and what they would follow from', async () => {
    await sinkOf().deliver(await releaseOf(artifacts, 1, many(20, 0)));
    const next = [...many(20, 0).slice(2), { pid: 'c_90', persona: 1 as const, country: null }];
    expect((await sinkOf().deliver(await releaseOf(artifacts, 2, next))).delta).toEqual({ base: 1, added: 1, changed: 0, removed: 2, unchanged: 18 });
    // 1 added and 2 removed are fewer than kMin = 5
    expect((JSON.parse(received[1].body) as { members: object }).members).toEqual({ base: 1, added: null, changed: 0, removed: null, unchanged: 18 });
  });

  it('posts once, refuses an earlier release, and takes none that is not promoted', async () => {
    const release = await releaseOf(artifacts, 2, many(5, 0));
    const receipt = await sinkOf().deliver(release);
    expect(await sinkOf().deliver(release)).toEqual(receipt);
    expect(await sinkOf().deliver(await releaseOf(artifacts, 1, many(5, 0)))).toMatchObject({ status: 'refused', held: 2 });
    expect(await sinkOf().deliver(await releaseOf(artifacts, 3, many(5, 0), { promoted: false }))).toMatchObject({ status: 'not-promoted' });
    expect(received).toHaveLength(1);
  });

  it('tries again while the receiver is busy, with the same key and body', async () => {
    answers = [503, 429, 500];
    await sinkOf().deliver(await releaseOf(artifacts, 1, many(5, 0)));
    expect(received).toHaveLength(4);
    expect(new Set(received.map(({ headers, body }) => `${String(headers['idempotency-key'])} ${body}`)).size).toBe(1);
  });

  it.each([
    [[500, 500, 500], 'SINK_UNREACHABLE', 3],
    [[302], 'SINK_REFUSED', 1],
    [[401], 'SINK_REFUSED', 1],
  ])('gives up after %j with %s, keeps no receipt, and delivers later', async (given, code, tries) => {
    answers = given;
    const release = await releaseOf(artifacts, 1, many(5, 0));
    await expect(sinkOf({ attempts: 3 }).deliver(release)).rejects.toMatchObject({ code });
    expect(received).toHaveLength(tries);
    expect(await sinkOf().deliver(release)).toMatchObject({ status: 'delivered' });
  });

  it('takes no secret that is too short', async () => {
    await expect(sinkOf({}, { secret: () => 'short' }).deliver(await releaseOf(artifacts, 1, many(5, 0)))).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    expect(received).toEqual([]);
  });

  it.each(['https://127.0.0.1/x', 'https://[::1]/x', 'https://169.254.169.254/latest', 'https://2130706433/x', 'https://0x7f.1/x', 'https://localhost/x', 'https://[::ffff:10.0.0.1]/'])(
    'does not post to %s unless allowed',
    async (place) => {
      const release = await releaseOf(artifacts, 1, many(5, 0));
      await expect(sinkOf({ url: place, allowPrivate: false }).deliver(release)).rejects.toMatchObject({ code: 'SINK_UNSAFE' });
    },
  );

  it('refuses plain http in the config unless private addresses are meant', () => {
    expect(() => sinkOf({ url: 'http://example.com/', allowPrivate: false })).toThrow(/https/);
    expect(() => sinkOf({ url: 'ftp://example.com/' })).toThrow();
  });
});

describe('addresses', () => {
  it.each('0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.31.0.1 192.168.1.1 198.18.0.1 224.0.0.1 255.255.255.255 :: ::1 fe80::1 fc00::1 fd12::1 ff02::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 not-an-address'.split(' '))(
    '%s is not public',
    (address) => expect(isPublic(address)).toBe(false),
  );

  it.each('8.8.8.8 172.15.0.1 172.32.0.1 100.128.0.1 192.169.0.1 2606:4700::1111'.split(' '))('%s is public', (address) => expect(isPublic(address)).toBe(true));

  const looked = (addresses: string[], all: boolean) =>
    new Promise((done) => {
      const resolve = () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
      publicLookup('hook', resolve)('example.com', { all }, (error, address, family) => done(error ?? [address, family]));
    });

  it('connects to an address that was looked at, and to none where one of several is private', async () => {
    expect(await looked(['8.8.8.8', '2606:4700::1111'], false)).toEqual(['8.8.8.8', 4]);
    expect(await looked(['8.8.8.8', '10.0.0.1'], true)).toMatchObject({ code: 'SINK_UNSAFE' });
    expect(await looked([], false)).toMatchObject({ code: 'SINK_UNSAFE' });
  });
});
