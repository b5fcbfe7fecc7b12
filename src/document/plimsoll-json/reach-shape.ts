import { isDigest } from '../../foundation/core/digest.ts';
import {
  type Opacity,
  type OpacityScope,
  type PackageReach,
  type PassedLink,
  REACH_CLASSES,
  REACH_STRENGTHS,
  type Reach,
  type ReachedFile,
  type ReachStep,
  type Witness,
} from '../../foundation/core/reach.ts';
import {
  type Account,
  PASSWORD_STATES,
  type SecretFile,
  SURFACE_IDS,
  type Surface,
  type SurfaceDimension,
  type SurfaceScores,
} from '../../foundation/core/surface.ts';
import {
  type Guard,
  guardChoice,
  guardEither,
  guardList,
  guardMap,
  guardOptional,
  guardRecord,
  isBoolean,
  isCount,
  isNumber,
  isText,
} from '../../foundation/syntax/json/guard.ts';

// Shapes of reachability as documented in `docs/format-json.md`.

const isWitness: Guard<Witness> = guardRecord<Witness>({
  path: isText,
  offset: guardOptional(isCount),
  line: guardOptional(isCount),
  token: isText,
});

const isStep: Guard<ReachStep> = guardRecord<ReachStep>({
  from: isText,
  to: isText,
  rule: isText,
  strength: guardChoice(REACH_STRENGTHS),
  witness: isWitness,
  via: guardOptional(guardList(guardRecord<PassedLink>({ path: isText, target: isText }))),
});

const isReachedFile: Guard<ReachedFile> = guardRecord<ReachedFile>({
  path: isText,
  strength: guardChoice(REACH_STRENGTHS),
  step: guardOptional(isStep),
  hops: isCount,
  dominator: guardOptional(isText),
});

type ScopeOf<Kind extends OpacityScope['kind']> = Extract<OpacityScope, { kind: Kind }>;

const isScope: Guard<OpacityScope> = guardEither(
  guardRecord<ScopeOf<'folder'>>({ kind: guardChoice(['folder']), path: isText }),
  guardEither(
    guardRecord<ScopeOf<'all'>>({ kind: guardChoice(['all']) }),
    guardEither(
      guardRecord<ScopeOf<'commands'>>({
        kind: guardChoice(['commands']),
        folders: guardOptional(guardList(isText)),
      }),
      guardEither(
        guardRecord<ScopeOf<'package'>>({
          kind: guardChoice(['package']),
          packageKey: guardOptional(isText),
        }),
        guardRecord<ScopeOf<'classes'>>({ kind: guardChoice(['classes']) }),
      ),
    ),
  ),
);

const isOpacity: Guard<Opacity> = guardRecord<Opacity>({
  path: isText,
  rule: isText,
  what: isText,
  witness: guardOptional(isWitness),
  scope: isScope,
});

const isPackageReach: Guard<PackageReach> = guardRecord<PackageReach>({
  packageKey: isText,
  reach: guardChoice(REACH_CLASSES),
  member: guardOptional(isText),
  dominator: guardOptional(isText),
});

export const isReach: Guard<Reach> = guardRecord<Reach>({
  files: guardList(isReachedFile),
  opacities: guardList(isOpacity),
  tainted: guardList(isStep),
  members: guardOptional(guardList(isReachedFile)),
  steps: guardOptional(guardList(isStep)),
  packages: guardList(isPackageReach),
  rules: guardMap(isCount),
  unknown: guardOptional(isText),
});

const isAccount: Guard<Account> = guardRecord<Account>({
  name: isText,
  uid: isCount,
  gid: isCount,
  shell: isText,
  password: guardChoice(PASSWORD_STATES),
  home: guardOptional(isText),
  comment: guardOptional(isText),
});

export const isSurface: Guard<Surface> = guardRecord<Surface>({
  dimensions: guardList(
    guardRecord<SurfaceDimension>({
      id: guardChoice(SURFACE_IDS),
      value: guardOptional(isNumber),
      items: guardList(isText),
      note: guardOptional(isText),
    }),
  ),
  scores: guardOptional(
    guardRecord<SurfaceScores>({
      methodsFromEntry: guardOptional(isNumber),
      methodsInside: isNumber,
      channels: guardOptional(isNumber),
      data: isNumber,
    }),
  ),
  accounts: guardOptional(guardList(isAccount)),
  secrets: guardOptional(
    guardList(
      guardRecord<SecretFile>({
        kind: isText,
        path: isText,
        layer: guardOptional(isDigest),
        isHidden: isBoolean,
        isVerified: isBoolean,
        fingerprint: guardOptional(isText),
      }),
    ),
  ),
});
