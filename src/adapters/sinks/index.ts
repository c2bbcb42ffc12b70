export { createChannelSink, type ChannelSinkOptions } from './channel';
export { createFilesSink, type FilesSinkOptions } from './files';
export { createPostgresSink, type PostgresSinkOptions } from './postgres';
export { createSinksOf, filesTargetOf, targetRoot, type SinkDeps } from './sinks-of';
