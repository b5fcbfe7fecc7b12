import { type Markup, markup } from '../../foundation/present/markup.ts';

/** The field by which a form proves that a page of this server sent it. */
export function createFormToken(token: string | undefined): Markup | undefined {
  return token === undefined
    ? undefined
    : markup`<input type="hidden" name="form-token" value="${token}">`;
}
