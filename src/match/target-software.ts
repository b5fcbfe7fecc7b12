import type { CpeProduct } from '../core/advisory.ts';
import { foldCase } from '../core/fold-case.ts';
import { type CpeAttributes, isAligned } from './cpe.ts';
import type { Subject } from './matcher.ts';
import {
  LANGUAGE_OF_TARGET,
  MIXED_LANGUAGES,
  REFUTING_TARGETS,
  TYPE_OF_TARGET,
  TYPES_KNOWN_BY_CPE,
} from './target-software.data.ts';

/**
 * Returns whether a product for a certain environment can be the package: a plug-in for a content
 * management system is not the library of the same name. Packages of operating systems may contain
 * anything.
 */
export function isForTarget(product: CpeProduct, subject: Subject): boolean {
  if (subject.matcher.isSystem) {
    return true;
  }
  const aligned = subject.cpes.filter((cpe) => isAligned(product, cpe));
  if (TYPES_KNOWN_BY_CPE.has(subject.package.type)) {
    return (
      isTargetShared(product, aligned) ||
      product.targetSoftware === '' ||
      aligned.some((cpe) => cpe.targetSoftware === '')
    );
  }
  return (
    MIXED_LANGUAGES.has(subject.package.language) ||
    isTargetShared(product, aligned) ||
    !isRefuted(product.targetSoftware, subject)
  );
}

function isTargetShared(product: CpeProduct, cpes: readonly CpeAttributes[]): boolean {
  const target = normalizeTarget(product.targetSoftware);
  return target !== '' && cpes.some((cpe) => normalizeTarget(cpe.targetSoftware) === target);
}

function normalizeTarget(target: string): string {
  return target === '-' ? '' : (findTargetType(target) ?? foldCase(target));
}

function findTargetType(target: string): string | undefined {
  return TYPE_OF_TARGET.get(foldCase(target).replace(/[- ]/g, '_'));
}

function isRefuted(target: string, subject: Subject): boolean {
  if (target === '' || target === '-' || findTargetType(target) === subject.package.type) {
    return false;
  }
  const language = LANGUAGE_OF_TARGET.get(foldCase(target));
  if (language === undefined) {
    return REFUTING_TARGETS.has(target);
  }
  return language !== subject.package.language;
}
