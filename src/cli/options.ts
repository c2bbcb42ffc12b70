import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';

/** Options that every command has. */
export interface GlobalOptions {
  /** Folder of the project, or its dramatis.yaml. */
  readonly project: string;
  /** The store; default: .dramatis beside the project, or DRAMATIS_HOME. */
  readonly home?: string;
  readonly json?: boolean;
  /** Folder that holds the source files instead of the project's data/. */
  readonly data?: string;
}

/** Parser of an option that is a whole number in a range. @throws InvalidArgumentError naming the range; commander names option and value. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number ${max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`}.`);
  };
}

export const globalsOf = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();

/** Who acts: the operating-system user unless said otherwise. */
export const defaultActor = (): string => process.env.DRAMATIS_ACTOR ?? userInfo().username;
