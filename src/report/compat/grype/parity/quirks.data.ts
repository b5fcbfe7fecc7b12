/**
 * Every result of Grype's matcher that differs from ours; `grype-strategy.ts` has the code of each.
 * By default all are off; a parity run turns all of them on. `what` is the behavior of Grype, `why`
 * the reason for ours.
 *
 * Origin: our own list, from runs of Grype and from its sources (Apache-2.0, compared at
 * anchore/grype 4562c55cebba; see NOTICE).
 */
export const QUIRKS = [
  {
    id: 'empty-version-matches-all',
    what: 'A package without a version is held against every range.',
    why: 'Nothing is known of it, so it is reported as not evaluated.',
  },
  {
    id: 'system-search-keeps-rejected',
    what: 'Rejected statements of a distribution are reported; only language and CPE searches drop them.',
    why: 'A rejected statement denies the vulnerability, whoever withdrew it.',
  },
  {
    id: 'release-stands-in-for-another',
    what: 'Where a release has no advisories, those of every release with the same major version are taken.',
    why: 'What another release says is no statement about this one; its packages are reported as not evaluated.',
  },
  {
    id: 'architecture-seldom-read',
    what: 'A statement for one architecture is compared with packages of any, unless they are rpm or apk packages, and with the source of an rpm package of which only the package URL is known.',
    why: 'The package states its architecture, and its source is a source whatever is known of the package.',
  },
  {
    id: 'unjudged-silences-owned',
    what: 'A statement whose range could not be compared counts as fixed for what the package owns.',
    why: 'Unknown is not fixed: it must not hide a finding of another source.',
  },
  {
    id: 'unlisted-system-is-none',
    what: 'A distribution that Grype does not know counts as unknown, so that a statement for Windows holds.',
    why: 'It has an os-release file, so it is not Windows.',
  },
  {
    id: 'no-scheme-of-its-own',
    what: 'Versions of npm, Cargo, NuGet, Hex, Composer, Pub, plug-ins of Jenkins and others are compared by guess, those of pacman as those of rpm.',
    why: 'They have rules of their own; what is not a version is reported as not evaluated.',
  },
  {
    id: 'versions-ordered-otherwise',
    what: 'Some versions are not read, such as go1.21rc2 and 1.2~hash of apk, and some have another order: carets and zeros at the end of rpm, the platform mingw of gems, pre-releases of Bitnami, the fourth number of Java.',
    why: 'They have the order of their own tools; see docs/versions.md.',
  },
  {
    id: 'by-cve-changes-the-id-only',
    what: 'Filed by CVE, a finding has the first CVE as its id; severity, source and all else stay those of the statement.',
    why: 'What is filed under a CVE says what is said of that CVE, and a statement about several is about each of them.',
  },
  {
    id: 'severity-of-best-match',
    what: 'Each record of a vulnerability has its own severity; a finding with several records has that of its best match.',
    why: 'A finding is as severe as the highest rating among its records, with a note if they disagree.',
  },
  {
    id: 'third-party-not-told',
    what: 'A package that is not built by the vendor of the operating system is judged as if it were.',
    why: "The vendor's statements are about its own builds; that is said of the finding and of the package.",
  },
  {
    id: 'ranges-joined',
    what: 'All ranges of a statement are one expression: an empty one beside others is dropped, and one that cannot be read makes all of them unreadable.',
    why: 'Each range is a statement of its own; an empty one holds every version.',
  },
  {
    id: 'own-name-searched-as-source',
    what: 'A package built from a source of the same name is searched twice, directly and indirectly.',
    why: 'It is the same look-up with the same answer, and no second reason.',
  },
  {
    id: 'apk-compares-ids-only',
    what: 'A CVE found by CPE is set against the secdb by its id alone.',
    why: 'A secdb entry under another id that has the CVE as an alias speaks of the same vulnerability.',
  },
  {
    id: 'only-cve-and-ghsa-aliases',
    what: 'Of the aliases of a statement only CVE and GHSA ids are compared.',
    why: 'Any shared id makes two statements one vulnerability.',
  },
  {
    id: 'cvss-parts-rounded-up',
    what: 'Exploitability and impact of a CVSS vector are rounded up to a tenth.',
    why: 'The specification rounds up the base score only; its calculators round the parts to the nearest tenth.',
  },
  {
    id: 'package-cpes-not-searched',
    what: 'Statements about a package whose product has a known CPE are not found by that CPE.',
    why: 'The database says that the CPE names the package.',
  },
  {
    id: 'ignore-rules-compare-ids-only',
    what: 'Built-in ignore rules see only the id that a statement is filed under.',
    why: 'The reason to ignore holds whatever the id; GHSA records are filed under their own.',
  },
  {
    id: 'merge-depends-on-order',
    what: 'Whether a direct statement takes the place of an indirect one with other fixes depends on the order in which they were found and on how the fixes sort as text. If several releases stand in for one, all statements about a vulnerability show severity, source and release of the first, and are one if the source copies them to every minor release.',
    why: 'The statement about the package itself always counts more than the one about its source, and is shown with what it states itself.',
  },
  {
    id: 'packages-without-version-left-out',
    what: 'A package whose version is not known is left out before matching, and out of alerts.',
    why: 'That it could not be judged is said of it.',
  },
  {
    id: 'owned-packages-not-searched',
    what: 'A package in the record of an operating system package is left out before matching.',
    why: 'It is searched, and findings are ignored with a rule if a digest proves the record.',
  },
  {
    id: 'end-of-life-needs-exact-minor',
    what: 'A point release such as 12.11 is not known to be past its end of life where only 12 has a date.',
    why: 'The date of the major release holds for its point releases.',
  },
  {
    id: 'end-of-life-alerts-every-package',
    what: 'Packages of language ecosystems get the alert that their operating system is past its end of life.',
    why: 'Their advisories do not come from the operating system.',
  },
  {
    id: 'unaffected-whatever-qualifier',
    what: 'A statement that a package is not affected holds for any architecture and platform, unless it is an rpm package.',
    why: 'What is said of one architecture says nothing of another.',
  },
  {
    id: 'unaffected-only-silences',
    what: 'A statement that an rpm package or a product is not affected counts for what the package owns, not for itself, and one of a distribution about an apk package leaves what was found of it by CPE.',
    why: 'It is about that very package.',
  },
  {
    id: 'one-sided-epoch-ignored',
    what: 'The epoch of an rpm version counts only where both versions state one.',
    why: 'An absent epoch is 0 for rpm, and vendors leave it out only then.',
  },
  {
    id: 'source-epoch-unknown',
    what: 'A source package takes the epoch of whatever it is compared with.',
    why: 'A package with the version and release of its source has its epoch too, as rpmbuild inherits all three.',
  },
  {
    id: 'module-ends-anywhere',
    what: 'A module that a statement names need only begin like the installed one: nodejs:1 holds for nodejs:18.',
    why: 'Name and stream are whole words of the label.',
  },
  {
    id: 'oracle-module-not-told',
    what: 'On Oracle Linux a statement about any module holds for every package without a module label.',
    why: 'Oracle leaves the label out of modular packages, but their release says that they are some.',
  },
  {
    id: 'unreachable-fix-named',
    what: 'A fix that the extended-support release cannot get is named although the state says that there is none.',
    why: 'A fix of a later minor release is no fix for this one.',
  },
  {
    id: 'errata-only-cancel',
    what: 'Errata of AlmaLinux only take back or correct what is said of Red Hat, and those not yet installed silence what the package owns.',
    why: 'An erratum says that all before it is affected.',
  },
  {
    id: 'own-ignore-rules-unused',
    what: 'Statements about a source count for the packages with its documentation and translations, too, and statements about a kernel for the image of a container.',
    why: 'They are about code, which such packages do not contain, and a container runs on the kernel of its host; the findings are shown as ignored with the rule.',
  },
  {
    id: 'one-identity-each',
    what: 'A Java archive is searched for under one name, however little tells which artifact it is.',
    why: 'Where nothing settles it, statements about what it may be instead are found too, and say under which name.',
  },
  {
    id: 'unlinked-left-out',
    what: 'A statement about functions that a Go executable does not hold is left out.',
    why: 'It is shown as ignored with the rule and the functions that were looked for.',
  },
  {
    id: 'distro-not-asked-for-owned',
    what: 'What an operating system package brought along is left out, or silenced where the distribution has fixed it; else it is reported, whatever the distribution says.',
    why: 'The distribution maintains it, so its statement about the owner is the answer, and is named.',
  },
] as const;

export type QuirkId = (typeof QUIRKS)[number]['id'];
