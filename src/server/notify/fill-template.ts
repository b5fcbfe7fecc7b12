import { UserError } from '../../foundation/core/error.ts';
import type { Notice } from './describe-event.ts';

/** The parts of a message that a template can contain, in double braces. */
const TEMPLATE_FIELDS = ['title', 'details', 'subject', 'severity', 'link'] as const;

type TemplateField = (typeof TEMPLATE_FIELDS)[number];

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

/** Replaces the placeholders of a template, once: values are never read as templates. */
function fillTemplate(template: string, values: Readonly<Record<TemplateField, string>>): string {
  return template.replace(PLACEHOLDER, (_, name: string) => values[name as TemplateField]);
}

/** Returns the text of a message by a template, in the form of a channel. */
export function writeByTemplate(
  template: string,
  { title, lines, subject, severity, url }: Notice,
  escape: (text: string) => string,
): string {
  return fillTemplate(template, {
    title: escape(title),
    details: escape(lines.map(({ text }) => text).join('\n')),
    subject: escape(subject),
    severity: escape(severity),
    link: url,
  });
}
