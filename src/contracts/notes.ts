import type { ArtifactRef } from './artifacts';

/** What was learnt from talking to customers of a persona: a file `personas/*.md` of the project. */
export interface InterviewNote {
  /** Relative to the project folder, e.g. `personas/regulars.md`. */
  readonly file: string;
  /** Keys of the personas it is about. */
  readonly personas: readonly string[];
  readonly title: string | null;
  readonly motives: readonly string[];
  readonly needs: readonly string[];
  readonly quotes: readonly string[];
  readonly picture: NotePicture | null;
  /** How and when the interviewees agreed. */
  readonly consent: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly author: string;
  /** Up to which release (number, or as-of) someone has checked that it still fits; null = not since it was written. */
  readonly reviewed: number | string | null;
  /** Below the front matter, as it was written. */
  readonly text: string;
}

export interface NotePicture {
  /** Relative to the project folder. */
  readonly path: string;
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly ref: ArtifactRef;
}

/** kind `project.notes` (JSON): the notes of a project, by file. */
export interface ProjectNotes {
  readonly format: 1;
  readonly notes: readonly InterviewNote[];
}

/** A note beside a persona. */
export interface AttachedNote extends InterviewNote {
  /** Why someone should look at it again; null where it still stands as written. */
  readonly review: string | null;
  /** The key it names, where that is another persona's: the one this persona comes from. */
  readonly inheritedFrom: string | null;
}

/** kind `personas.notes` (JSON). */
export interface PersonaNotes {
  readonly format: 1;
  /** By persona key, in the order of the personas; those without a note are left out. */
  readonly personas: readonly { readonly key: string; readonly notes: readonly AttachedNote[] }[];
  /** Notes of which no persona of this release is left. */
  readonly loose: readonly { readonly note: InterviewNote; readonly because: string }[];
}
