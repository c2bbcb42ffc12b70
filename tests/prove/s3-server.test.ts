import { connect, createBucketShelf } from '../../src/adapters/shelf';
import { freshHome } from '../support/home';
import { hostsCases } from '../support/hosts-cases';
import type { S3Server } from '../support/s3';
import { s3SinkCases } from '../support/s3-sink-cases';
import { describeWithVersitygw } from '../support/services';
import { shelfCases } from '../support/shelf-cases';
import { startVersitygw } from '../support/versitygw';

describeWithVersitygw('S3 sink on a real server', () => s3SinkCases(startVersitygw));

describeWithVersitygw('a store in a bucket of a real server', () => {
  let server: S3Server;
  let prefixes = 0;
  beforeAll(async () => {
    server = await startVersitygw();
    await server.make('store');
  }, 60_000);
  afterAll(() => server?.stop());

  shelfCases(() => {
    const place = { bucket: 'store', prefix: `p${++prefixes}/`, endpoint: server.endpoint, region: 'us-east-1', credentials: server.credentials };
    return { open: () => createBucketShelf(freshHome(), place, (at) => connect(at, { pageKeys: 10 })) };
  });
});

describeWithVersitygw('hosts that share a bucket of a real server', () => hostsCases(startVersitygw));
