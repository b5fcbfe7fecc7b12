import type { Upstream } from '../core/package.ts';
import type { ComponentPackage } from './component.ts';
import { type CpeAttributes, formatCpe, parseCpe } from './cpe.ts';
import type { MatchContext, Matcher, Subject } from './matcher.ts';
import { type Rebuilt, toOriginalName } from './root-io.ts';

/** Converts a package to a subject under its own name. Invalid CPEs are left out. */
export function createSubject(item: ComponentPackage, matcher: Matcher): Subject {
  const cpes = item.cpes.map(({ cpe }) => parseCpe(cpe)).filter((cpe) => cpe !== undefined);
  return {
    package: item,
    name: item.name,
    version: item.version,
    cpes: [...cpes, ...createOriginalCpes({ package: item, matcher }, cpes)],
    kind: 'direct',
    matcher,
  };
}

/** An application if only its name is known. */
const ANY_VERSION: Omit<CpeAttributes, 'vendor' | 'product'> = {
  part: 'a',
  version: '',
  update: '',
  edition: '',
  language: '',
  softwareEdition: '',
  targetSoftware: '',
  targetHardware: '',
  other: '',
};

/**
 * Returns the CPEs with the original name of a rebuilt package, which statements about products
 * use.
 */
function createOriginalCpes(
  rebuilt: Rebuilt,
  cpes: readonly CpeAttributes[],
): readonly CpeAttributes[] {
  const item = rebuilt.package;
  const name = toOriginalName(rebuilt, item.name);
  if (name === item.name) {
    return [];
  }
  const renamed = cpes.map((cpe) => renameCpe(cpe, item.name, { name }));
  return deduplicateCpes(
    renamed.length > 0 ? renamed : [{ ...ANY_VERSION, vendor: name, product: name }],
  );
}

/**
 * Returns the packages that the package was built from, each with CPEs in which its name replaces
 * the package's.
 */
export function listSources(subject: Subject, context: MatchContext): readonly Subject[] {
  const item = subject.package;
  const sources = item.upstreams
    .filter((upstream) => upstream.name !== '')
    .map((upstream): Subject => {
      const version = upstream.version ?? '';
      return {
        ...subject,
        name: upstream.name,
        version: version === '' ? subject.version : version,
        cpes: deduplicateCpes(subject.cpes.map((cpe) => renameCpe(cpe, item.name, upstream))),
        kind: 'indirect',
      };
    });
  return context.strategy.statements.selectSources(sources, subject);
}

function renameCpe(cpe: CpeAttributes, name: string, upstream: Upstream): CpeAttributes {
  const version = upstream.version ?? '';
  const named = version === '' ? cpe : { ...cpe, version };
  if (name === '') {
    return named;
  }
  return {
    ...named,
    vendor: cpe.vendor.replaceAll(name, () => upstream.name),
    product: cpe.product.replaceAll(name, () => upstream.name),
  };
}

function deduplicateCpes(cpes: readonly CpeAttributes[]): readonly CpeAttributes[] {
  return cpes.length < 2 ? cpes : [...new Map(cpes.map((cpe) => [formatCpe(cpe), cpe])).values()];
}
