import { PipelineError } from '../../contracts/errors';

/** The text of the environment variable a target names for its secret. @throws PipelineError `SECRET_MISSING` */
export function secretOf(env: NodeJS.ProcessEnv, target: string, key: string, { env: name }: { readonly env: string }): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new PipelineError(
    'SECRET_MISSING',
    `target ${target} reads its ${key} from the environment variable ${name}, which is not set where the worker runs`,
    { target, variable: name },
  );
}
