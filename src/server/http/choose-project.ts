import { UserError } from '../../foundation/core/error.ts';
import { sortProjects } from '../access/decide-access.ts';
import type { Caller } from './caller.ts';

/** The parts of a refusal that depend on what a project is chosen for. */
interface Purpose {
  readonly action: string;
  readonly hint: string;
}

export const IMAGES: Purpose = {
  action: 'add images to',
  hint: 'name one of them, for example: plimsoll push app.tar --project shop',
};
export const DECISIONS: Purpose = {
  action: 'decide for the images of',
  hint: 'name one of them as the project of the decision',
};

export const STATEMENTS: Purpose = {
  action: 'state facts about the images of',
  hint: 'name one of them as the project of the statement',
};

/**
 * Returns the project of a new image, decision or statement: the named one, or the only project of
 * the caller. Returns an empty string for all projects if the caller has a role in all and names
 * none.
 */
export function chooseProject(
  { projects }: Pick<Caller, 'projects'>,
  wanted: string | undefined,
  { action, hint }: Purpose,
): string {
  if (projects === 'all') {
    return wanted ?? '';
  }
  const [only, ...others] = projects;
  const project = wanted ?? (others.length === 0 ? only : undefined);
  if (project !== undefined && projects.has(project)) {
    return project;
  }
  const list = sortProjects(projects).join(', ');
  throw new UserError('E_FORBIDDEN', `the sender can only ${action}: ${list}`, { hint });
}
