export { createChannelSink, type ChannelSinkOptions } from './channel';
export { createFilesSink, type FilesSinkOptions } from './files';
export { createPostgresSink, type PostgresSinkOptions } from './postgres';
export { createS3Sink, type S3SinkOptions } from './s3';
export { openBucket, type Bucket } from './s3/bucket';
export { createSinksOf, filesTargetOf, targetRoot, type SinkDeps } from './sinks-of';
export { createWebhookSink, type WebhookSinkOptions } from './webhook';
