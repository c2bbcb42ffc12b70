import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { startEmbeddedServer, type EmbeddedServer } from '../../../src/adapters/temporal/embedded-server';
import { ensureNamespace } from '../../../src/adapters/temporal/namespace';

const DAY = 86_400;
let home: string;
let server: EmbeddedServer;
let connection: Connection;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'dramatis-namespace-'));
  server = await startEmbeddedServer({ home });
  connection = await Connection.connect({ address: server.address });
});
afterAll(async () => {
  await connection.close();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

const retention = async (namespace: string): Promise<number> => {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds);
};
const attributes = async (namespace: string): Promise<Record<string, number>> => {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return customAttributes as Record<string, number>;
};

it('raises the retention of the default namespace from one day to 30 and adds the attributes with their types', async () => {
  expect(await retention('default')).toBe(DAY); // what the dev server starts with
  await ensureNamespace(connection, 'default');
  expect(await retention('default')).toBe(30 * DAY);
  // IndexedValueType of Temporal's API: 2 keyword, 3 int, 6 datetime
  const expected = { PersonaProject: 2, PersonaEnvironment: 2, PersonaAsOf: 6 };
  expect(await attributes('default')).toMatchObject(expected);
});

it('changes nothing the second time, and never shortens a longer retention', async () => {
  await ensureNamespace(connection, 'long', () => {}, { retentionDays: 90 });
  await ensureNamespace(connection, 'long');
  await ensureNamespace(connection, 'long');
  expect(await retention('long')).toBe(90 * DAY);
});

it('refuses an attribute that exists with another type, naming both', async () => {
  await ensureNamespace(connection, 'default', () => {}, { attributes: [{ name: 'PersonaClash', type: 'INT' }] });
  const again = ensureNamespace(connection, 'default', () => {}, {
    attributes: [{ name: 'PersonaClash', type: 'DATETIME' }],
  });
  await expect(again).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('PersonaClash (must be DATETIME)') as string,
  });
});

it('says what to do by hand, and goes on, on a server without the operator API', async () => {
  const refusal = Object.assign(new Error('12 UNIMPLEMENTED: unknown service'), {
    code: 12,
    details: '',
    metadata: {},
  });
  const operatorService = { listSearchAttributes: () => Promise.reject(refusal) };
  const hosted = { workflowService: connection.workflowService, operatorService } as unknown as Connection;
  const lines: string[] = [];
  await ensureNamespace(hosted, 'default', (line) => lines.push(line));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('PersonaAsOf DATETIME');
});

it('does not swallow other failures', async () => {
  const failure = Object.assign(new Error('14 UNAVAILABLE'), { code: 14, details: '', metadata: {} });
  const operatorService = { listSearchAttributes: () => Promise.reject(failure) };
  const failing = { workflowService: connection.workflowService, operatorService } as unknown as Connection;
  await expect(ensureNamespace(failing, 'default')).rejects.toBe(failure);
});
