export { createFilesSink, type FilesSinkOptions } from './files';
export { createSinksOf, type SinkDeps } from './sinks-of';
