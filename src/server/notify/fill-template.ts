import { UserError } from '../../core/error.ts';

/** The parts of a message that a template can contain, in double braces. */
const TEMPLATE_FIELDS = ['title', 'details', 'subject', 'severity', 'link'] as const;

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;
const TEMPLATE_CHARS_MAX = 4_000;

/** Checks a template, which has no logic: texts and placeholders. @throws UserError `E_USAGE` */
export function checkTemplate(template: string): void {
  const hint = `use ${TEMPLATE_FIELDS.map((field) => `{{${field}}}`).join(', ')}`;
  if (template.length > TEMPLATE_CHARS_MAX) {
    throw new UserError('E_USAGE', `the template has more than ${TEMPLATE_CHARS_MAX} characters`);
  }
  for (const [, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (!TEMPLATE_FIELDS.some((field) => field === name)) {
      throw new UserError('E_USAGE', `the template has the unknown field "${name}"`, { hint });
    }
  }
}
