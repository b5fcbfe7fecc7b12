import type { Advisory, OperatingSystem } from '../../foundation/core/advisory.ts';
import {
  CVE_KEEPER,
  GHSA_KEEPER,
  MAJOR_ONLY_PROVIDERS,
  NAME_BY_MAJOR,
  NAME_OF_LATER_MAJOR,
  NAMESPACE_LANGUAGES,
  NAMESPACE_PROVIDERS,
  NAMESPACE_SYSTEMS,
  PLAIN_ECOSYSTEMS,
  RENAMED_SYSTEMS,
  TWO_DIGIT_MINOR_SYSTEMS,
  WINDOWS_ECOSYSTEMS,
} from './names.data.ts';

/** Returns the namespace of a statement in the fifth schema of Grype's database. */
export function getNamespace(advisory: Advisory): string {
  const { provider, operatingSystem, ecosystem = '', packageName = '' } = advisory;
  if (operatingSystem !== undefined) {
    return getSystemNamespace(provider, operatingSystem);
  }
  if (ecosystem === '') {
    return `${provider}:cpe`;
  }
  if (WINDOWS_ECOSYSTEMS.has(ecosystem)) {
    return `${provider}:distro:windows:${packageName}`;
  }
  const folded = ecosystem.toLowerCase();
  return PLAIN_ECOSYSTEMS.has(folded) ? folded : getLanguageNamespace(provider, ecosystem);
}

/** Namespace of an authority's own record of an ID. */
export const CVE_NAMESPACE = `${CVE_KEEPER}:cpe`;

export function getGhsaNamespace(advisory: Advisory): string {
  return getLanguageNamespace(GHSA_KEEPER, advisory.ecosystem ?? '');
}

function getLanguageNamespace(provider: string, ecosystem: string): string {
  const language = NAMESPACE_LANGUAGES.get(ecosystem.toLowerCase()) ?? ecosystem;
  return `${provider}:language:${language}`;
}

function getSystemNamespace(provider: string, system: OperatingSystem): string {
  const family = getFamily(system);
  const version = MAJOR_ONLY_PROVIDERS.has(provider)
    ? (getVersion(system).split('.')[0] ?? '')
    : getVersion(system);
  return `${NAMESPACE_PROVIDERS.get(provider) ?? provider}:distro:${family}:${version}`;
}

function getFamily(system: OperatingSystem): string {
  if (RENAMED_SYSTEMS.has(system.name)) {
    return NAME_BY_MAJOR.get(system.majorVersion) ?? NAME_OF_LATER_MAJOR;
  }
  return NAMESPACE_SYSTEMS.get(system.name) ?? system.name;
}

function getVersion(system: OperatingSystem): string {
  const { name, label, majorVersion, minorVersion, codename } = system;
  if (majorVersion === '') {
    return label === '' ? codename : label;
  }
  if (label !== '') {
    return `${majorVersion}.${minorVersion.padStart(2, '0')}-${label}`;
  }
  const channel = system.channel === '' ? '' : `+${system.channel}`;
  if (RENAMED_SYSTEMS.has(name)) {
    return `${majorVersion}.${minorVersion === '' ? '0' : minorVersion}`;
  }
  if (minorVersion === '') {
    return majorVersion + channel;
  }
  const isPadded = TWO_DIGIT_MINOR_SYSTEMS.has(name) && channel === '';
  return `${majorVersion}.${isPadded ? minorVersion.padStart(2, '0') : minorVersion}${channel}`;
}
