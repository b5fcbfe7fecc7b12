import { compareText } from '../../foundation/core/compare-text.ts';
import type { Markup } from '../../foundation/present/markup.ts';
import type { Fleet } from '../query/fleet.ts';
import type { ImageAssessments } from '../query/image-assessments.ts';
import type { StoreView } from '../store/store-view.ts';
import type { PageId } from './address.ts';

/** The data of a page, from one state of the store. */
export interface PageContext extends StoreView {
  /** The revision of this state; absent in an empty store. */
  readonly revision: PageRevision | undefined;
  readonly fleet: Fleet;
  readonly assessments: ImageAssessments;
  /** Values of the parts of the path. */
  readonly parts: Readonly<Record<string, string>>;
  /** Returns the value of a parameter of the address. */
  readonly get: (name: string) => string;
  /** RFC 3339; of a past state, the time of its revision. */
  readonly now: string;
  /** When the user visited the pages before; milliseconds since 1970. */
  readonly visited?: number;
  /** Absent for a request without a session, which cannot send forms. */
  readonly caller?: PageCaller;
  readonly formToken?: string;
  /** The form that was sent. */
  readonly form?: PageForm;
}

/** A form that was sent. */
export interface PageForm {
  readonly fields: Readonly<Record<string, string>>;
  /** A sentence without the full stop. */
  readonly problem?: string;
  /** Of the page that shows the problem; 400 if it is absent. */
  readonly status?: 400 | 404;
  /** The result of one that was accepted; it is not shown again. */
  readonly note?: string;
}

/** The sender of a request for a page. */
export interface PageCaller {
  readonly id: string;
  readonly name: string;
  /** Roles in the whole tenant: only these may change it. */
  readonly roles: readonly string[];
  /** Roles in one project each; absent if there are none. */
  readonly projectRoles?: readonly { readonly project: string; readonly role: string }[];
  /** Pages only show the images of these projects; absent for all. */
  readonly projects?: readonly string[];
  /** Pages that the caller may not open. */
  readonly closed?: readonly PageId[];
}

/** Returns the projects in which a caller has one of the roles; `all` for the whole tenant. */
export function listRoleProjects(
  caller: PageCaller | undefined,
  ...roles: readonly string[]
): 'all' | readonly string[] {
  if (roles.some((role) => caller?.roles.includes(role))) {
    return 'all';
  }
  const own = (caller?.projectRoles ?? []).filter(({ role }) => roles.includes(role));
  return [...new Set(own.map(({ project }) => project))].sort(compareText);
}

/** Returns the projects in which a caller writes drafts of decisions; `all` for the whole tenant. */
export function listDraftProjects(caller: PageCaller | undefined): 'all' | readonly string[] {
  return listRoleProjects(caller, 'developer', 'triager');
}

/** Whether a caller has the role for a decision about a project; empty for all projects. */
export function hasRole(
  caller: PageCaller | undefined,
  role: string,
  project: string | undefined,
): boolean {
  const projects = listRoleProjects(caller, role);
  return projects === 'all' || projects.includes(project ?? '');
}

export interface PageRevision {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Digest of its advisory database. */
  readonly generation: string;
}

/** The content of a page. Its heading is the answer to the question of the page. */
export interface PageContent {
  readonly heading: string;
  readonly body: Markup;
  /** The one that the title of the tab has, if it is shorter than the heading. */
  readonly title?: string;
  readonly status?: 400 | 404;
  /** A style of its own besides that of all pages. */
  readonly style?: 'comparison';
  /** Sentences without the full stop, shown above the content. */
  readonly notices?: readonly string[];
  /** Another page that answers the request. */
  readonly redirect?: string;
}

/** Returns the status of a page that shows a form again because of a problem. */
export function getFormStatus(form: PageForm | undefined): Pick<PageContent, 'status'> {
  return form?.problem === undefined ? {} : { status: form.status ?? 400 };
}

/** Creates one page. */
export type CreatePage = (context: PageContext) => Promise<PageContent>;
