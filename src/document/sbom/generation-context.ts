import type { TargetDescription } from '../../foundation/core/target.ts';

/**
 * The data that an SBOM was made from, as a phase of the life cycle or in other words. CycloneDX
 * 1.5, `metadata.lifecycles`.
 */
export type GenerationContext =
  | { readonly phase: 'post-build' }
  | { readonly name: string; readonly description: string };

/**
 * Returns the context of an SBOM of this target; `undefined` if another document lists its
 * packages, because only that document's author can know. A directory may be sources, a build, or
 * both, so no phase of the life cycle is claimed for it.
 */
export function describeGeneration({ kind }: TargetDescription): GenerationContext | undefined {
  switch (kind) {
    case 'image':
      return { phase: 'post-build' };
    case 'directory':
    case 'file':
      return { name: `${kind} analysis`, description: `made from the contents of a ${kind}` };
    case 'sbom':
      return undefined;
  }
}

/** Returns the phase or the name of the context. */
export function getContextName(target: TargetDescription): string | undefined {
  const context = describeGeneration(target);
  return context && ('phase' in context ? context.phase : context.name);
}
