import { rowsOut } from '../../support/rows';

const read = {
  columns: ['customer_id', 'order_id', 'reject_reason', 'reject_record'],
  rows: [
    ['17', 'o1', null, null],
    ['17', 'o2', null, null],
    ['4', 'o3', null, null],
    [null, 'o4', null, null],
    ['99', 'o5', 'after as-of', null],
    [null, null, 'unreadable quantity', '8;o7;many'],
    [null, null, 'missing order_id', '6;;1'],
    [null, null, 'unreadable quantity', '8;o6;few'],
  ],
};

it('extract/identities: each customer id of a kept row once', async () => {
  expect(await rowsOut('extract/identities', { 'extract.read': read })).toEqual([
    { customer_id: '17' },
    { customer_id: '4' },
  ]);
});

it('extract/rejections: how many rows have each reason', async () => {
  expect(await rowsOut('extract/rejections', { 'extract.read': read })).toEqual([
    { reason: 'after as-of', rows: 1 },
    { reason: 'missing order_id', rows: 1 },
    { reason: 'unreadable quantity', rows: 2 },
  ]);
});

it('extract/rejected_records: the unreadable records in an order that no file gives, up to the limit', async () => {
  const records = (limit: number) => rowsOut('extract/rejected_records', { 'extract.read': read }, { limit });
  const all = [
    { reason: 'missing order_id', record: '6;;1' },
    { reason: 'unreadable quantity', record: '8;o6;few' },
    { reason: 'unreadable quantity', record: '8;o7;many' },
  ];
  expect(await records(10)).toEqual(all);
  expect(await records(2)).toEqual(all.slice(0, 2));
});
