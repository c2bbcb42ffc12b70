import { z } from 'zod';
import { projectConfig } from './project';

/** JSON Schema (2020-12) of `dramatis.yaml`, for editors. Integer bounds that only say "a safe integer" are left out. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(projectConfig, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return { ...schema, title: 'dramatis.yaml' };
}
