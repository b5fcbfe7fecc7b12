import type { Package } from '../../core/package.ts';
import { type Candidate, createFixedCandidate } from '../candidate-set.ts';
import { type CpeRules, getMetadataText } from '../cpe-rules.ts';

/**
 * The dictionary lists plug-ins by the directory that they are installed to. Guesses come from that
 * directory, the title, the author, and the domain of the author.
 */
export const wordpressPlugin: CpeRules = {
  type: 'wordpress-plugin',
  listProducts: (subject) =>
    [subject.name, getFolder(subject)].filter((name) => name !== '').map(toUnderscores),
  replacesProducts: true,
  listVendors,
  replacesVendors: true,
  targetSoftware: 'wordpress',
  dictionary: 'wordpress_plugins',
  getDictionaryName: getFolder,
};

function getFolder(subject: Package): string {
  return getMetadataText(subject, 'pluginInstallDirectory') ?? '';
}

function listVendors(subject: Package): readonly Candidate[] {
  const author = getMetadataText(subject, 'author');
  const domain = getDomain(getMetadataText(subject, 'authorUri') ?? '');
  const stated = [author?.toLowerCase(), domain].filter((name) => name !== undefined);
  return stated.length > 0
    ? stated.map(createFixedCandidate)
    : [createFixedCandidate(`${toUnderscores(subject.name).value}_project`)];
}

/** Returns the host without a leading `www` and without its last label, such as `automattic`. */
function getDomain(address: string): string | undefined {
  return /^https?:\/\/(?:www\.)?([\w.-]{1,253})\.[a-z]{2,63}(?:[/?#]|$)/
    .exec(address.toLowerCase())
    ?.at(1);
}

function toUnderscores(name: string): Candidate {
  return createFixedCandidate(name.trim().toLowerCase().replaceAll(' ', '_'));
}
