import { configDigest } from '../../../src/core/audit';
import { processingRecord, recordMarkdown } from '../../../src/core/gdpr';
import { projectOf } from '../../support/publish-run';

const privacy = { purpose: 'newsletter', projectKey: { env: 'SHOP_KEY' } };

it('says what the config says, and lists what it does not instead of making it up', () => {
  const record = processingRecord(projectOf({ privacy: { ...privacy, record: { controller: 'Shop Ltd, Leeds' } } }).config);
  expect(record).toMatchObject({
    controller: 'Shop Ltd, Leeds',
    purpose: 'newsletter',
    legalBasis: null,
    targets: [{ name: 'files', customerIds: false }],
  });
  expect(record.categories).toEqual([
    { source: 'transactions', columns: ['customer_id', 'order_id', 'ordered_at', 'product_code', 'quantity', 'unit_price'] },
  ]);
  expect(record.missing).toEqual(['contact', 'legalBasis', 'recipients', 'transfers', 'retention'].map((name) => `privacy.record.${name}`));
  const text = recordMarkdown(record);
  for (const path of record.missing) expect(text).toContain(`set ${path}`);
  expect(text).toContain('Shop Ltd, Leeds');
});

it('changes no digest of a run', () => {
  expect(configDigest(projectOf({ privacy: { ...privacy, record: { contact: 'dpo@shop.example' } } }))).toBe(configDigest(projectOf()));
  expect(configDigest(projectOf({ gate: { enabled: true } }))).toBe(configDigest(projectOf()));
});
