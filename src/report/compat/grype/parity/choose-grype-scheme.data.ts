/**
 * Matchers of packages whose versions Grype compares by guess.
 *
 * Origin: observed in Grype (Apache-2.0, compared at anchore/grype 4562c55cebba; see NOTICE).
 */
export const GUESSED_BY_GRYPE: ReadonlySet<string> = new Set(
  'bottlerocket cos dotnet hex javascript rust'.split(' '),
);

/** Executables with these names are Java runtimes in Grype. */
export const RUNTIMES_IN_GRYPE: ReadonlySet<string> = new Set(
  'java java/jdk java/jre java_se jdk jre openjdk zulu'.split(' '),
);

/** Our schemes with the same order in Grype. For all others, Grype has its own rules. */
export const ORDERED_ALIKE = ['pacman', 'portage'] as const;

/** Names of schemes whose bounds it reads as semantic versions. */
export const SEMANTIC_FOR_GRYPE: ReadonlySet<string> = new Set(
  'cocoapods composer conan hackage hex npm nuget pub semantic semver swift'.split(' '),
);
