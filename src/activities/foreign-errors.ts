/** What may be told of an error that is not the pipeline's own: its message might quote a customer's data. */
export interface ForeignError {
  /** For example `TypeError`. */
  readonly name: string;
  /** Of the operating system or of Node, for example `EACCES`. */
  readonly code: string | null;
  /** Where it was thrown, innermost first; without the message. */
  readonly frames: readonly string[];
}

const NAME = /^[A-Za-z_$][\w$]{0,60}$/;
const CODE = /^[A-Z][A-Z0-9_]{0,60}$/;
const FRAME = /^ {4}at .+$/;

/** The lines after the message; none where the message is no part of the stack, for it cannot be told apart then. */
function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  if (at < 0) return [];
  return stack
    .slice(at + message.length)
    .split('\n')
    .filter((line) => FRAME.test(line));
}

export function describeForeign(error: unknown): ForeignError {
  if (!(error instanceof Error)) return { name: typeof error, code: null, frames: [] };
  const { code } = error as { readonly code?: unknown };
  return {
    name: NAME.test(error.name) ? error.name : 'Error',
    code: typeof code === 'string' && CODE.test(code) ? code : null,
    frames: framesOf(error),
  };
}

/** `Error (EACCES)`. */
export const titleOf = ({ name, code }: ForeignError): string => (code === null ? name : `${name} (${code})`);
