import { startS3 } from '../../support/s3';
import { s3SinkCases } from '../../support/s3-sink-cases';
import { describeWithS3 } from '../../support/services';

describeWithS3('S3 sink', () => s3SinkCases(startS3));
