// Origin: the places of the versions in these programs come from Syft's
// `syft/pkg/cataloger/binary/classifiers.go` (Apache-2.0, compared at anchore/syft bf82010f3c38;
// see NOTICE), rewritten as patterns of our own and tested on excerpts of the programs.

import {
  createByteClass,
  type Part,
  pattern as p,
} from '../../../foundation/bytes/pattern/pattern.ts';
import {
  DIGIT,
  DIGITS,
  digits,
  dotted,
  gap,
  LOWER_OR_DIGIT,
  line,
  maybe,
  NUL,
  NULS,
  one,
  oneOf,
  run,
  version,
  version3,
} from '../../../foundation/bytes/pattern/version-parts.ts';
import { type Evidence, matchAnyContent } from './evidence.ts';

/**
 * Places of the version in large Go and C++ programs: the compiler put it among other strings and
 * numbers, which differ from release to release.
 */
const ISTIO_STAGE: Part = maybe(
  '-',
  oneOf(['alpha.', DIGITS], ['beta.', DIGITS], ['rc.', DIGITS], 'dev'),
);

export const ISTIO: Evidence = matchAnyContent(
  p(...dotted(3), NULS, version3(ISTIO_STAGE), NUL),
  p('Clean', NULS, version3(ISTIO_STAGE), NUL),
  p('Modified', NULS, version(...dotted(2), '-dev'), NUL),
  p(version3(ISTIO_STAGE), NULS, gap(1, 100), '=v<y5'),
);

const GRAFANA_STAGE: Part = oneOf(['-beta', one(DIGIT)], '-test', '-preview', []);
const GRAFANA_SECURITY: Part = maybe('+security-', DIGITS);
/** Since 10.0.0. */
const GRAFANA_VERSION: Part = version(digits(2, 2), '.', DIGITS, '.', DIGITS, GRAFANA_STAGE);
/** Before 10.0.0. */
const OLD_GRAFANA_VERSION: Part = version(one(DIGIT), '.', DIGITS, '.', DIGITS, GRAFANA_STAGE);

export const GRAFANA: Evidence = matchAnyContent(
  p(NUL, version(digits(2, 2), '.', DIGITS, '.', DIGITS, '-', digits(6, 20)), NUL),
  p('\0release-', GRAFANA_VERSION, GRAFANA_SECURITY, NUL),
  p(
    '\0go1.',
    DIGITS,
    '.',
    DIGITS,
    NULS,
    GRAFANA_VERSION,
    GRAFANA_SECURITY,
    NULS,
    gap(1, 500),
    '+DT',
  ),
  p(GRAFANA_VERSION, GRAFANA_SECURITY, NULS, '$a'),
  p(NUL, line(1, 1), version('10.', DIGITS, '.', DIGITS, GRAFANA_STAGE), GRAFANA_SECURITY, NUL),
  p(
    GRAFANA_VERSION,
    GRAFANA_SECURITY,
    NULS,
    gap(1, 100),
    '\0go1.',
    DIGITS,
    '.',
    DIGITS,
    NUL,
    gap(1, 100),
    '+DT',
  ),
  p(version3(GRAFANA_STAGE), GRAFANA_SECURITY, NULS, 'v', DIGITS, '.', DIGITS, '.x\0'),
  p('HEAD', NULS, line(0, 500), NUL, OLD_GRAFANA_VERSION, GRAFANA_SECURITY, NUL),
  p(one(LOWER_OR_DIGIT), NULS, OLD_GRAFANA_VERSION, GRAFANA_SECURITY, NULS, '/usr/local/go'),
);

export const GRAFANA_SERVER: Evidence = matchAnyContent(
  p(one(LOWER_OR_DIGIT), NULS, OLD_GRAFANA_VERSION, NULS, '/usr/local/go'),
  p('HEAD', NULS, line(0, 500), NUL, OLD_GRAFANA_VERSION, NUL),
  p(NUL, OLD_GRAFANA_VERSION, NUL, gap(1, 1500), '\0/u'),
);

/** A release of Envoy, such as `1.28.7`, by the first digits that its second number may have. */
function createEnvoyVersion(...second: readonly Part[]): Part {
  return version('1.', ...second, '.', DIGITS, maybe('-dev'));
}

const ENVOY_3X = createEnvoyVersion('3', one(DIGIT));
const ENVOY_2X = createEnvoyVersion('2', one(DIGIT));
const ENVOY_1X = createEnvoyVersion('1', one(DIGIT));
const ENVOY_1X_OR_2X = createEnvoyVersion(one(createByteClass('12')), one(DIGIT));

export const ENVOY: Evidence = matchAnyContent(
  p(NUL, ENVOY_3X, NUL, gap(0, 1000), 'envoy_reloadable_features'),
  p(NUL, version('1.34.5'), NUL, gap(0, 200), 'envoy.reloadable_features'),
  p('envoy_quic_', gap(0, 1000), NUL, ENVOY_2X, NUL),
  p(NUL, ENVOY_1X_OR_2X, NUL, gap(0, 1000), 'Unable to'),
  p(NUL, ENVOY_2X, NUL, gap(0, 580), 'ValidationError'),
  p(NUL, ENVOY_1X, NUL, gap(0, 1000), 'ValidationError'),
  p('[source/', gap(0, 200), NUL, ENVOY_1X, NUL),
  p(NUL, createEnvoyVersion(one(DIGIT)), NUL, gap(0, 20), 'RELEASE'),
  p(NUL, ENVOY_3X, '\0envoy', one(createByteClass('/._:'))),
  p(NUL, ENVOY_3X, NUL, gap(0, 200), 'envoy', one(createByteClass('./'))),
  p(NUL, ENVOY_3X, NUL, gap(0, 1000), 'envoy_quic'),
  p(NUL, ENVOY_3X, '\0TLS '),
  p(NUL, ENVOY_2X, '\0envoy', one(createByteClass('/._'))),
  p(NUL, ENVOY_2X, NUL, gap(0, 500), 'envoy.'),
  p(NUL, ENVOY_2X, NUL, gap(0, 300), 'envoy_'),
);

const INGRESS_STAGE: Part = maybe('-', oneOf('alpha', 'beta'), '.', one(DIGIT));

export const INGRESS_NGINX: Evidence = matchAnyContent(
  p('v', version3(maybe('-', oneOf('alpha', 'beta'), '.', DIGITS)), '\0\0'),
  p('v', version3(), NULS, line(0, 50), 'go', ...dotted(2), INGRESS_STAGE, '.', DIGITS, NUL),
  p('v', version3(INGRESS_STAGE), NULS, line(0, 800), '$a', line(0, 10), NUL),
  p(NUL, run(createByteClass('v'), 0, 1), version3(INGRESS_STAGE), NULS, line(0, 100), 'S=v<y5'),
  p('\0go', ...dotted(3), NULS, 'v', version3(INGRESS_STAGE), NUL),
  p('\0v', version3('-', oneOf('alpha', 'beta'), '.', one(DIGIT)), NUL),
);
