import type { ProjectConfig } from '../../config/project';

/** The record of a processing activity, Art. 30(1) GDPR, as far as the config says it. */
export interface ProcessingRecord {
  readonly activity: string;
  readonly controller: string | null;
  readonly contact: string | null;
  readonly purpose: string;
  readonly legalBasis: string | null;
  readonly dataSubjects: string;
  /** Source, its role, and the columns that are read: nothing else is. */
  readonly categories: readonly { readonly source: string; readonly columns: readonly string[] }[];
  readonly recipients: string | null;
  readonly targets: readonly { readonly name: string; readonly type: string; readonly customerIds: boolean }[];
  readonly transfers: string | null;
  readonly retention: string | null;
  readonly security: readonly string[];
  readonly automatedDecisions: string;
  /** Paths of dramatis.yaml whose values are missing from the record. */
  readonly missing: readonly string[];
}

const FIELDS = ['controller', 'contact', 'legalBasis', 'recipients', 'transfers', 'retention'] as const;

/** Put together what the config says; what it does not say is listed as missing, never made up. */
export function processingRecord({ project, environment, title, privacy, sources, publish }: ProjectConfig): ProcessingRecord {
  const stated = privacy.record ?? {};
  const field = (name: (typeof FIELDS)[number]): string | null => stated[name] ?? null;
  return {
    activity: `customer personas "${title || project}" (${project}, ${environment})`,
    controller: field('controller'),
    contact: field('contact'),
    purpose: privacy.purpose,
    legalBasis: field('legalBasis'),
    dataSubjects: 'customers who appear in the sources',
    categories: Object.entries(sources).flatMap(([source, mapped]) => (mapped ? [{ source, columns: Object.keys(mapped.columns).sort() }] : [])),
    recipients: field('recipients'),
    targets: publish.targets.map((target) => ({ name: target.name, type: target.type, customerIds: 'customerIds' in target && target.customerIds })),
    transfers: field('transfers'),
    retention: field('retention'),
    security: [
      'customer ids are replaced by keyed pseudonyms (HMAC-SHA-256) when they are read; the way back is encrypted (AES-256-GCM)',
      `published figures of fewer than ${privacy.kMin} customers are left out`,
      'every run, release, approval and erasure stands in a signed, hash-chained ledger without personal data',
      ...(stated.security === undefined ? [] : [stated.security]),
    ],
    automatedDecisions:
      'none: personas describe groups; no decision with legal or similarly significant effect on a person may rest on them alone (Art. 22 GDPR)',
    missing: FIELDS.filter((name) => stated[name] === undefined).map((name) => `privacy.record.${name}`),
  };
}

/** The record as a document for people. */
export function recordMarkdown(record: ProcessingRecord): string {
  const said = (text: string | null, path: string): string => text ?? `*not stated: set privacy.record.${path}*`;
  const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
  const categories = record.categories.map(({ source, columns }) => `${source}: ${columns.join(', ')}`);
  const targets = record.targets.map(
    ({ name, type, customerIds }) => `target ${name} (${type}), ${customerIds ? 'with customer ids' : 'pseudonyms only'}`,
  );
  return [
    '# Record of processing activities (Art. 30(1) GDPR)',
    `**Activity:** ${record.activity}`,
    `**Controller:** ${said(record.controller, 'controller')}\n\n**Contact:** ${said(record.contact, 'contact')}`,
    `## Purpose\n${record.purpose}\n\nLegal basis: ${said(record.legalBasis, 'legalBasis')}`,
    `## Data subjects and categories of data\n${record.dataSubjects}\n\n${list(categories)}`,
    `## Recipients\n${said(record.recipients, 'recipients')}\n\n${list(targets)}`,
    `## Transfers to third countries\n${said(record.transfers, 'transfers')}`,
    `## Time limits for erasure\n${said(record.retention, 'retention')}`,
    `## Technical and organisational measures\n${list(record.security)}`,
    `## Automated decisions\n${record.automatedDecisions}`,
  ].join('\n\n');
}
