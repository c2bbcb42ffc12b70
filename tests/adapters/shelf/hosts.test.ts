import { hostsCases } from '../../support/hosts-cases';
import { startS3 } from '../../support/s3';
import { describeWithS3 } from '../../support/services';

describeWithS3('hosts that share a bucket', () => hostsCases(startS3));
