import type { Package } from '../../core/package.ts';
import { type Candidate, fixedCandidate } from '../candidate-set.ts';
import { type CpeRules, metadataText } from '../cpe-rules.ts';

/**
 * The dictionary files plug-ins under the folder that they are installed to; guesses come from
 * that, the title, the author, and the domain of the author.
 */
export const wordpressPlugin: CpeRules = {
  type: 'wordpress-plugin',
  products: (subject) =>
    [subject.name, folderOf(subject)].filter((name) => name !== '').map(underscored),
  replacesProducts: true,
  vendors,
  replacesVendors: true,
  targetSoftware: 'wordpress',
  dictionary: 'wordpress_plugins',
  dictionaryName: folderOf,
};

function folderOf(subject: Package): string {
  return metadataText(subject, 'pluginInstallDirectory') ?? '';
}

function vendors(subject: Package): readonly Candidate[] {
  const author = metadataText(subject, 'author');
  const domain = domainOf(metadataText(subject, 'authorUri') ?? '');
  const stated = [author?.toLowerCase(), domain].filter((name) => name !== undefined);
  return stated.length > 0
    ? stated.map(fixedCandidate)
    : [fixedCandidate(`${underscored(subject.name).value}_project`)];
}

/** Without the first `www` and the last part, e.g. `automattic`. */
function domainOf(address: string): string | undefined {
  return /^https?:\/\/(?:www\.)?([\w.-]{1,253})\.[a-z]{2,63}(?:[/?#]|$)/
    .exec(address.toLowerCase())
    ?.at(1);
}

function underscored(name: string): Candidate {
  return fixedCandidate(name.trim().toLowerCase().replaceAll(' ', '_'));
}
