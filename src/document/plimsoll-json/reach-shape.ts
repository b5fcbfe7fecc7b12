import {
  type Opacity,
  type OpacityScope,
  type PackageReach,
  REACH_CLASSES,
  REACH_STRENGTHS,
  type Reach,
  type ReachedFile,
  type ReachStep,
  type Witness,
} from '../../core/reach.ts';
import {
  SURFACE_IDS,
  type Surface,
  type SurfaceDimension,
  type SurfaceScores,
} from '../../core/surface.ts';
import {
  eitherOf,
  type Guard,
  isCount,
  isNumber,
  isText,
  listOf,
  mapOf,
  oneOf,
  optional,
  recordOf,
} from '../../syntax/json/guard.ts';

// Shapes of reachability as documented in `docs/format-json.md`.

const isWitness: Guard<Witness> = recordOf<Witness>({
  path: isText,
  offset: optional(isCount),
  line: optional(isCount),
  token: isText,
});

const isStep: Guard<ReachStep> = recordOf<ReachStep>({
  from: isText,
  to: isText,
  rule: isText,
  strength: oneOf(REACH_STRENGTHS),
  witness: isWitness,
});

const isReachedFile: Guard<ReachedFile> = recordOf<ReachedFile>({
  path: isText,
  strength: oneOf(REACH_STRENGTHS),
  step: optional(isStep),
  hops: isCount,
  dominator: optional(isText),
});

type ScopeOf<Kind extends OpacityScope['kind']> = Extract<OpacityScope, { kind: Kind }>;

const isScope: Guard<OpacityScope> = eitherOf(
  recordOf<ScopeOf<'folder'>>({ kind: oneOf(['folder']), path: isText }),
  eitherOf(
    recordOf<ScopeOf<'all'>>({ kind: oneOf(['all']) }),
    eitherOf(
      recordOf<ScopeOf<'commands'>>({
        kind: oneOf(['commands']),
        folders: optional(listOf(isText)),
      }),
      eitherOf(
        recordOf<ScopeOf<'package'>>({ kind: oneOf(['package']), packageKey: optional(isText) }),
        recordOf<ScopeOf<'classes'>>({ kind: oneOf(['classes']) }),
      ),
    ),
  ),
);

const isOpacity: Guard<Opacity> = recordOf<Opacity>({
  path: isText,
  rule: isText,
  what: isText,
  witness: optional(isWitness),
  scope: isScope,
});

const isPackageReach: Guard<PackageReach> = recordOf<PackageReach>({
  packageKey: isText,
  reach: oneOf(REACH_CLASSES),
  member: optional(isText),
  dominator: optional(isText),
});

export const isReach: Guard<Reach> = recordOf<Reach>({
  files: listOf(isReachedFile),
  opacities: listOf(isOpacity),
  tainted: listOf(isStep),
  members: optional(listOf(isReachedFile)),
  packages: listOf(isPackageReach),
  rules: mapOf(isCount),
  unknown: optional(isText),
});

export const isSurface: Guard<Surface> = recordOf<Surface>({
  dimensions: listOf(
    recordOf<SurfaceDimension>({
      id: oneOf(SURFACE_IDS),
      value: optional(isNumber),
      items: listOf(isText),
      note: optional(isText),
    }),
  ),
  scores: optional(
    recordOf<SurfaceScores>({
      methodsFromEntry: optional(isNumber),
      methodsInside: isNumber,
      channels: optional(isNumber),
      data: isNumber,
    }),
  ),
});
