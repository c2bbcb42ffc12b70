import type { AttachedNote, InterviewNote, PersonaNotes, ProjectNotes } from '../../contracts/notes';
import type { FormerPersona, Persona, PersonasReport, PersonaTransition } from '../../contracts/personas';

export interface Attachment {
  readonly notes: PersonaNotes;
  /** One line each, with keys, names of personas and dates only. */
  readonly warnings: readonly string[];
}

type Of = Pick<Persona, 'key' | 'name' | 'transitions'>;
type Cast = Pick<PersonasReport, 'former'> & { readonly personas: readonly Of[] };

/**
 * Which notes stand beside which persona. A note stays with the key it names. After a split or a merger every persona that came of it shows
 * the note too, and it is to be reviewed, until its own date is after the as-of of that release or `reviewed` names the release (or a
 * later one); then it is shown with the keys it names only. A note of a retired persona is shown with its successor, to be reviewed until
 * its key is changed; one without a persona left is loose.
 */
export function attachNotes({ notes }: ProjectNotes, { personas, former }: Cast): Attachment {
  const alive = new Map(personas.map((persona) => [persona.key, persona]));
  const attached = new Map(personas.map(({ key }) => [key, [] as AttachedNote[]]));
  const loose: { note: InterviewNote; because: string }[] = [];
  const warnings: string[] = [];
  for (const note of notes) {
    const before = new Set<string>();
    for (const key of note.personas) {
      const place = (persona: Of, inheritedFrom: string | null, review: string | null): void => {
        if (before.has(persona.key)) return;
        before.add(persona.key);
        attached.get(persona.key)?.push({ ...note, inheritedFrom, review });
      };
      const own = alive.get(key);
      if (own) place(own, null, reviewOf(note, own.transitions));
      for (const persona of personas) {
        const open = persona.transitions.filter((transition) => transition.from.includes(key) && !isReviewed(note, transition));
        if (persona.key !== key && !note.personas.includes(persona.key) && open.length > 0) place(persona, key, reviewOf(note, open));
      }
      if (own) continue;
      const fate = fateOf(key, alive, former);
      if (fate.successor) place(fate.successor, key, fate.because);
      warnings.push(`the note of ${note.date} is about ${key}: ${fate.because}${fate.successor ? '; it is shown there until its key is changed' : ''}`);
      if (before.size === 0) loose.push({ note, because: fate.because });
    }
  }
  const shown = [...attached].map(([key, list]) => ({ key, notes: list })).filter((entry) => entry.notes.length > 0);
  return { notes: { format: 1, personas: shown, loose: loose.filter(({ note }) => !shown.some((entry) => entry.notes.some(({ file }) => file === note.file))) }, warnings };
}

function isReviewed({ date, reviewed }: InterviewNote, { asOf, release }: PersonaTransition): boolean {
  if (date > asOf) return true;
  if (reviewed === null) return false;
  return typeof reviewed === 'string' ? reviewed >= asOf : release !== null && reviewed >= release;
}

/** The latest split or merger that the note has not been checked against. */
function reviewOf(note: InterviewNote, transitions: readonly PersonaTransition[]): string | null {
  const last = transitions.filter((transition) => !isReviewed(note, transition)).pop();
  if (last === undefined) return null;
  const release = last.release === null ? 'this release' : `release ${last.release}`;
  return last.kind === 'split' ? `${last.from.join(', ')} fell apart in ${release}, as of ${last.asOf}` : `${last.from.join(' and ')} became one in ${release}, as of ${last.asOf}`;
}

interface Fate {
  readonly successor: Of | undefined;
  readonly because: string;
}

/** What became of a key that no persona has: follow its successors to one that is alive. */
function fateOf(key: string, alive: ReadonlyMap<string, Of>, former: readonly FormerPersona[]): Fate {
  const seen = new Set([key]);
  const first = former.find((persona) => persona.key === key);
  if (first === undefined) return { successor: undefined, because: 'no persona ever had this key; "dramatis personas" lists them' };
  for (let at: FormerPersona | undefined = first; at !== undefined; ) {
    const next: string | undefined = at.into[0];
    const successor = next === undefined ? undefined : alive.get(next);
    if (successor) return { successor, because: `“${first.name}” retired as of ${first.asOf}, and its successor is “${successor.name}” (${successor.key})` };
    if (next === undefined || seen.has(next)) break;
    seen.add(next);
    at = former.find((persona) => persona.key === next);
  }
  return { successor: undefined, because: `“${first.name}” retired as of ${first.asOf} and has no successor` };
}
