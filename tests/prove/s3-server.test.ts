import { s3SinkCases } from '../support/s3-sink-cases';
import { describeWithVersitygw } from '../support/services';
import { startVersitygw } from '../support/versitygw';

describeWithVersitygw('S3 sink on a real server', () => s3SinkCases(startVersitygw));
