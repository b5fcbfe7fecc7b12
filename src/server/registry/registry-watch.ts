import { UserError } from '../../foundation/core/error.ts';
import { isRegistry } from '../../foundation/identity/image-reference.ts';
import { NAME_PATTERN } from '../access/principal.ts';

/** The repositories of a registry that a server watches. */
export interface RegistryWatch {
  readonly id: number;
  /** Unique. */
  readonly name: string;
  /** Host with port. */
  readonly registry: string;
  /** Patterns, in which * matches any characters. */
  readonly repositories: string;
  readonly tags: string;
  /** Empty for the platform of the server. */
  readonly platforms: readonly string[];
  /** Empty if its images belong to none. */
  readonly project: string;
}

export type NewRegistryWatch = Omit<RegistryWatch, 'id'>;

/** A watch with the state of its last check. */
export interface RegistryWatchView extends RegistryWatch {
  /** RFC 3339. */
  readonly created: string;
  /** RFC 3339 times of the last check that began, and of the last one without an error. */
  readonly began?: string;
  readonly succeeded?: string;
  /** Absent if the last check had none. */
  readonly error?: string;
  /** Numbers of tags: all, those that were read completely, and those that were not. */
  readonly counts: { readonly tags: number; readonly taken: number; readonly failed: number };
  /** Differences that a check found, and no event had reported. */
  readonly drift: number;
}

/** A tag whose image, or documents attached to it, could not be read. */
export interface FailedTag {
  readonly watch: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly attempts: number;
  readonly error: string;
  /** RFC 3339 time of the next attempt. */
  readonly next: string;
}

const REPOSITORY_PATTERN = /^[a-z0-9*][a-z0-9._/*-]{0,254}$/;
const TAG_PATTERN = /^[\w.*-]{1,128}$/;
const PLATFORM = /^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9.]+)?$/;
const WILDCARDS_MAX = 8;
const PLATFORMS_MAX = 8;

/**
 * Creates a watch of `registry.example.org/shop/*`. The registry itself cannot be a pattern: the
 * server only sends its logins to hosts that a person named.
 *
 * @throws UserError `E_USAGE`
 */
export function parseRegistryWatch(
  name: string,
  place: string,
  more: Partial<Pick<RegistryWatch, 'tags' | 'platforms' | 'project'>> = {},
): NewRegistryWatch {
  const slash = place.indexOf('/');
  const [registry, repositories] = [place.slice(0, slash).toLowerCase(), place.slice(slash + 1)];
  const { tags = '*', platforms = [], project = '' } = more;
  if (!NAME_PATTERN.test(name)) {
    throw new UserError('E_USAGE', `invalid name of a watch: "${name}"`, {
      hint: 'use 1 to 64 of a-z, 0-9, "._-"',
    });
  }
  if (slash < 1 || !isRegistry(registry) || !isPattern(repositories, REPOSITORY_PATTERN)) {
    throw new UserError('E_USAGE', `invalid repositories "${place}"`, {
      hint: "write a host and a pattern, such as 'registry.example.org/shop/*'",
    });
  }
  if (!isPattern(tags, TAG_PATTERN)) {
    throw new UserError('E_USAGE', `invalid pattern of tags "${tags}"`, {
      hint: "* matches any characters, such as 'v*'",
    });
  }
  const wrong = platforms.find((platform) => !PLATFORM.test(platform));
  if (wrong !== undefined || platforms.length > PLATFORMS_MAX) {
    throw new UserError('E_USAGE', `invalid platforms "${platforms.join(', ')}"`, {
      hint: `at most ${PLATFORMS_MAX}, each as linux/arm64`,
    });
  }
  return { name, registry, repositories, tags, platforms, project };
}

function isPattern(text: string, form: RegExp): boolean {
  return form.test(text) && text.split('*').length - 1 <= WILDCARDS_MAX;
}
