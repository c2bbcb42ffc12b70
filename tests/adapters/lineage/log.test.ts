import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLineage, runEvent, type RunEvent } from '../../../src/adapters/lineage';
import type { RunContext, StageResult } from '../../../src/contracts/run';
import { buildManifest } from '../../../src/core/audit';
import { freshHome } from '../../support/home';
import { facts, observations, refOf } from '../../support/manifest';

const stageOf = (stage: StageResult['stage'], outputs: StageResult['outputs']): StageResult => ({
  stage,
  key: stage,
  outputs,
  rowsIn: null,
  rowsOut: null,
  summary: '',
  warnings: [],
  facts: {},
  observed: { reused: false, ms: 1500, attempt: 1, startedAt: '2024-02-01T02:00:10.000Z' },
});

const read = refOf('extract.transactions', '3', 3);
const kept = refOf('extract.transactions', '4', 2);
const manifestOf = (attempt = 1) =>
  buildManifest(
    {
      ...facts(),
      inputs: [
        ...facts().inputs,
        { role: 'parent', name: 'parent.personas', sha256: '9'.repeat(64), bytes: 5, rows: 0 },
      ],
      results: {
        decisions: {
          quality: {
            checks: [
              { id: 'price-range', source: 'transactions', passed: false },
              { id: 'other', source: 'customers', passed: true },
            ],
          },
        },
        outputs: [
          { name: 'extract.transactions', ref: read, from: ['source.transactions'] },
          { name: 'quality.transactions', ref: kept, from: ['extract.transactions'] },
        ],
      },
    },
    {
      ...observations(),
      attempt,
      stages: [
        stageOf('extract', { 'extract.transactions': read }),
        stageOf('quality', { 'quality.transactions': kept }),
      ],
    },
    'key',
  );
const schemas = { 'extract.transactions': { columns: [{ name: 'row_id', type: 'BIGINT' }] } };

describe('Lineage', () => {
  let home: string;
  const events = (): RunEvent[] =>
    readFileSync(join(home, 'lineage', 'shop-prod-2024-01-31-1.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => runEvent.parse(JSON.parse(line)));
  const ended = (status: 'failed' | 'cancelled') => ({
    run: {
      ...observations(),
      project: 'shop',
      environment: 'prod',
      asOf: '2024-01-31',
      attempt: 1,
    } as unknown as RunContext,
    status,
    startedAt: '2024-02-01T02:00:00.000Z',
    at: '2024-02-01T02:00:30.000Z',
    code: status === 'failed' ? 'DISK_FULL' : null,
  });

  beforeEach(() => {
    home = freshHome();
  });

  it('writes valid events: one START and one COMPLETE for the run and for each stage', async () => {
    await createLineage(home, '0.1.0').completed(manifestOf(), schemas);
    expect(events().map(({ job, eventType }) => `${job.name} ${eventType}`)).toEqual([
      'refresh START',
      'refresh.extract START',
      'refresh.extract COMPLETE',
      'refresh.quality START',
      'refresh.quality COMPLETE',
      'refresh COMPLETE',
    ]);
    const byRun = new Map<string, string[]>();
    for (const { run, eventType } of events()) byRun.set(run.runId, [...(byRun.get(run.runId) ?? []), eventType!]);
    expect([...byRun.values()]).toEqual(Array(3).fill(['START', 'COMPLETE']));
  });

  it('names what each artifact was made from by hash', async () => {
    await createLineage(home, '0.1.0').completed(manifestOf(), schemas);
    const versions = (job: string, side: 'inputs' | 'outputs') =>
      events()
        .find((event) => event.job.name === job && event.eventType === 'COMPLETE')!
        [side]!.map(({ name, facets }) => [name, facets?.version?.datasetVersion[0]]);
    expect(versions('refresh.extract', 'inputs')).toEqual([['transactions/orders.csv', '1']]);
    expect(versions('refresh.extract', 'outputs')).toEqual([['extract.transactions', '3']]);
    expect(versions('refresh.quality', 'inputs')).toEqual([['extract.transactions', '3']]);
    expect(versions('refresh.quality', 'outputs')).toEqual([['quality.transactions', '4']]);
    expect(versions('refresh', 'inputs')).toEqual([
      ['transactions/orders.csv', '1'],
      ['parent.personas', '9'],
    ]);
  });

  it('carries nominal time, parent run, schema, checks and sizes', async () => {
    await createLineage(home, '0.1.0').completed(manifestOf(), schemas);
    const quality = events().find(({ job, eventType }) => job.name === 'refresh.quality' && eventType === 'COMPLETE')!;
    expect(quality.eventTime).toBe('2024-02-01T02:00:11.500Z');
    expect(quality.run.facets?.nominalTime).toMatchObject({
      nominalStartTime: '2024-01-31T00:00:00.000Z',
      nominalEndTime: '2024-02-01T00:00:00.000Z',
    });
    expect(quality.run.facets?.parent?.run.runId).toBe(events()[0].run.runId);
    expect(quality.inputs![0].facets?.schema?.fields).toEqual([{ name: 'row_id', type: 'BIGINT' }]);
    expect(quality.inputs![0].inputFacets?.dataQualityAssertions?.assertions).toEqual([
      { assertion: 'price-range', success: false },
    ]);
    expect(quality.outputs![0].outputFacets?.outputStatistics).toMatchObject({ rowCount: 2, size: 10 });
  });

  it.each([
    ['failed', 'FAIL'],
    ['cancelled', 'ABORT'],
  ] as const)('ends a run that %s with %s', async (status, type) => {
    await createLineage(home, '0.1.0').ended(ended(status));
    expect(events().map(({ eventType }) => eventType)).toEqual(['START', type]);
    expect(events()[1].run.facets?.errorMessage?.message).toBe(status === 'failed' ? 'DISK_FULL' : undefined);
  });

  it('adds nothing when the same attempt is written again, and keeps earlier attempts', async () => {
    const lineage = createLineage(home, '0.1.0');
    await lineage.ended(ended('failed'));
    for (let i = 0; i < 2; i++) await lineage.completed(manifestOf(2), schemas);
    expect(
      events()
        .filter(({ job }) => job.name === 'refresh')
        .map(({ eventType }) => eventType),
    ).toEqual(['START', 'FAIL', 'START', 'COMPLETE']);
    expect(events()).toHaveLength(8);
  });

  it('refuses events that the specification does not allow', () => {
    const [event] = [
      {
        eventTime: '2024-02-01T00:00:00Z',
        producer: 'urn:x:1',
        schemaURL: 'https://example.org/x',
        run: { runId: '0190a6f0-0000-7000-8000-000000000000' },
        job: { namespace: 'n', name: 'j' },
      },
    ];
    expect(runEvent.safeParse(event).success).toBe(true);
    for (const broken of [
      { ...event, eventType: 'DONE' },
      { ...event, eventTime: 'today' },
      { ...event, run: { runId: '7' } },
      { ...event, job: { name: 'j' } },
      { ...event, inputs: [{ name: 'x' }] },
      { ...event, producer: undefined },
    ]) {
      expect(runEvent.safeParse(broken).success).toBe(false);
    }
  });
});
