export { createFilesSink, type FilesSinkOptions } from './files';
export { createSinksOf, targetRoot, type SinkDeps } from './sinks-of';
