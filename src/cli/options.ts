import { userInfo } from 'node:os';
import type { Command } from 'commander';

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

export const globalsOf = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();

/** Who acts: the operating-system user unless said otherwise. */
export const defaultActor = (): string => process.env.DRAMATIS_ACTOR ?? userInfo().username;
