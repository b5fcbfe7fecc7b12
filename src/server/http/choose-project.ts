import { UserError } from '../../core/error.ts';
import { sortProjects } from '../access/decide-access.ts';
import type { Caller } from './caller.ts';

/** What is added to a project, in messages. */
interface Kind {
  readonly action: string;
  readonly hint: string;
}

export const IMAGES: Kind = {
  action: 'add images to',
  hint: 'name one of them, for example: plimsoll push app.tar --project shop',
};
export const DECISIONS: Kind = {
  action: 'decide for the images of',
  hint: 'name one of them as the project of the decision',
};

/**
 * Returns the project of something new: the only one of the caller, unless another of theirs is
 * named. Empty is all projects, for a caller with a role in all.
 */
export function chooseProject(
  { projects }: Pick<Caller, 'projects'>,
  wanted: string | undefined,
  { action, hint }: Kind,
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
