import { ApplicationFailure } from '@temporalio/workflow';
import { isSignedDecision } from '../contracts/gate';

/** Form only: what does not count must reach the activity, which writes it down. */
export function assertForm(signed: unknown, asked: 'approve' | 'reject'): void {
  if (isSignedDecision(signed) && signed.statement.decision === asked) return;
  throw ApplicationFailure.nonRetryable(`this is no signed decision to ${asked}`, 'SIGNATURE_INVALID');
}
