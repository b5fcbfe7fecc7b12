import type { Markup } from '../../foundation/present/markup.ts';
import type { Fleet } from '../query/fleet.ts';
import { createSelect } from './parts.ts';

const CHOICES_MAX = 200;

/**
 * Creates a field that selects an image. It offers the images that were added last, and always
 * includes `chosen`, so that submitting the form again keeps the image.
 */
export function createImageSelect(
  {
    label,
    name,
    chosen,
  }: { readonly label: string; readonly name: string; readonly chosen: string },
  fleet: Fleet,
  accepts: (id: number) => boolean = () => true,
): Markup {
  const listed = fleet
    .sortImages('newest')
    .slice(0, CHOICES_MAX)
    .filter(({ id }) => accepts(id));
  const other = listed.some(({ id }) => String(id) === chosen)
    ? undefined
    : fleet.get(Number(chosen));
  const choices = [...(other === undefined ? [] : [other]), ...listed].map((image) => ({
    value: String(image.id),
    title: `${image.name} (${image.id})`,
  }));
  return createSelect(label, name, { choices, chosen });
}
