import { z } from 'zod';

/** Every facet says who made it and which version of its schema it follows; it may carry anything else. */
const facet = z.looseObject({ _producer: z.url(), _schemaURL: z.url() });
const others = facet;
const time = z.iso.datetime({ offset: true });

const nominalTime = facet.extend({ nominalStartTime: time, nominalEndTime: time.optional() });
const parent = facet.extend({
  run: z.looseObject({ runId: z.uuid() }),
  job: z.looseObject({ namespace: z.string().min(1), name: z.string().min(1) }),
});
const processingEngine = facet.extend({ version: z.string(), name: z.string().optional() });
const errorMessage = facet.extend({
  message: z.string(),
  programmingLanguage: z.string(),
  stackTrace: z.string().optional(),
});
const version = facet.extend({ datasetVersion: z.string() });
const schema = facet.extend({
  fields: z
    .array(z.looseObject({ name: z.string(), type: z.string().optional(), description: z.string().optional() }))
    .optional(),
});
const dataQualityAssertions = facet.extend({
  assertions: z.array(z.looseObject({ assertion: z.string(), success: z.boolean(), column: z.string().optional() })),
});
const outputStatistics = facet.extend({
  rowCount: z.int().optional(),
  size: z.int().optional(),
  fileCount: z.int().optional(),
});

const dataset = z.looseObject({
  namespace: z.string().min(1),
  name: z.string().min(1),
  facets: z.object({ version: version.optional(), schema: schema.optional() }).catchall(others).optional(),
});
const inputDataset = dataset.extend({
  inputFacets: z.object({ dataQualityAssertions: dataQualityAssertions.optional() }).catchall(others).optional(),
});
const outputDataset = dataset.extend({
  outputFacets: z.object({ outputStatistics: outputStatistics.optional() }).catchall(others).optional(),
});

/** A run event of OpenLineage 2-0-2, with the facets that are written here spelled out. */
export const runEvent = z.looseObject({
  eventType: z.enum(['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER']).optional(),
  eventTime: time,
  producer: z.url(),
  schemaURL: z.url(),
  run: z.looseObject({
    runId: z.uuid(),
    facets: z
      .object({
        nominalTime: nominalTime.optional(),
        parent: parent.optional(),
        processing_engine: processingEngine.optional(),
        errorMessage: errorMessage.optional(),
      })
      .catchall(others)
      .optional(),
  }),
  job: z.looseObject({
    namespace: z.string().min(1),
    name: z.string().min(1),
    facets: z.record(z.string(), facet).optional(),
  }),
  inputs: z.array(inputDataset).optional(),
  outputs: z.array(outputDataset).optional(),
});

export type RunEvent = z.infer<typeof runEvent>;
