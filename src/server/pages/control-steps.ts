import type { Rule } from '../../compliance/policy/policy.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { joinMarkup, type Markup, markup } from '../../foundation/present/markup.ts';
import { PROVEN_MAX } from '../query/proofs.ts';
import type { FleetControl } from './control-sections.ts';
import { ADVISORY_STEP } from './health-text.ts';
import { createLink } from './parts.ts';
import { formatRecommendation } from './rule-section.ts';

const CONTROLS_MAX = 10;
const STEPS_MAX = 3;

/** States which controls fail in every image, and the steps that several of them need. */
export function createFirstControls(
  controls: readonly FleetControl[],
  total: number,
): Markup | undefined {
  const counted = Math.min(total, PROVEN_MAX);
  const everywhere = controls.filter(({ images }) => images.get('failed')?.length === counted);
  if (everywhere.length === 0) {
    return undefined;
  }
  const links = everywhere
    .slice(0, CONTROLS_MAX)
    .map(({ key }) => createLink('control', { key }, key));
  const more = everywhere.length - links.length;
  const rest = more > 0 ? markup` and ${groupDigits(more)} more` : undefined;
  const every = formatCount(counted, total > counted ? 'counted image' : 'image');
  const verb = everywhere.length === 1 ? 'fails' : 'fail';
  return markup`<p class="lead">First: ${formatCount(everywhere.length, 'control')} ${verb} in ${counted === 1 ? 'the only image' : `all ${every}`}.</p>${createSteps(everywhere)}<p>${joinMarkup(links)}${rest}.</p>`;
}

interface Step {
  readonly text: Markup;
  /** Controls whose failed rules all recommend it. */
  readonly alone: number;
  /** Controls that need other steps, too. */
  readonly among: number;
}

function createSteps(controls: readonly FleetControl[]): Markup | undefined {
  const recommended = controls.map(({ failing }) => new Set(failing.map(findStep)));
  const steps = [...new Set(recommended.flatMap((some) => [...some]))].flatMap((step) => {
    const own = recommended.filter((some) => some.has(step));
    const alone = own.filter(({ size }) => size === 1).length;
    return step === '' || own.length < 2
      ? []
      : { step, text: formatStep(step), alone, among: own.length - alone };
  });
  const lines = steps
    .sort(
      (left, right) =>
        right.alone + right.among - left.alone - left.among ||
        right.alone - left.alone ||
        compareText(left.step, right.step),
    )
    .slice(0, STEPS_MAX)
    .map((step) => markup`<li>${step.text}: ${describeStep(step)}</li>`);
  return lines.length === 0 ? undefined : markup`<ul>${lines}</ul>`;
}

/** Stands for the step of all rules about advisories. */
const ADVISORIES = 'advisories';

/** Returns the recommendation of a rule; empty if it has none, or if the rule is unknown. */
function findStep(rule: Rule | undefined): string {
  return rule?.subject === 'feed' ? ADVISORIES : (rule?.recommendation ?? '');
}

function formatStep(step: string): Markup {
  return step === ADVISORIES ? ADVISORY_STEP : markup`${formatRecommendation(step)}`;
}

function describeStep({ alone, among }: Step): string {
  const parts = [
    ...(alone === 0 ? [] : [`the only step for ${groupDigits(alone)} of them`]),
    ...(among === 0 ? [] : [`one of several steps for ${groupDigits(among)} of them`]),
  ];
  return parts.join(', ');
}
