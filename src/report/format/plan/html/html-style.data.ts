/* Origin: our own. */

import { BASE_STYLE } from '../../../../foundation/present/page-look.data.ts';

/** The style of a plan: the style of all our pages, and its own. */
export const PLAN_STYLE = `${BASE_STYLE}
:root{--kept:light-dark(#2f6ea8,#3c7fbf);--dead:light-dark(#c65d1e,#b8591f);--rest:light-dark(#8893a1,#3d4653);--tile-text:#fff}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.2rem;align-items:start}
.pair figure{margin:0;min-width:0}
.tree figcaption{font-size:.88rem;color:var(--dim);margin-bottom:.2rem}
.tree svg{width:100%;display:block}
.tree rect{stroke:var(--bg);stroke-width:1.5}
.tree text{font-size:11px;fill:var(--tile-text)}
.t-kept{fill:var(--kept)}.t-dead{fill:var(--dead)}.t-rest{fill:var(--rest)}
.undecided{border-left:5px solid var(--warn);padding:.2rem 0 .2rem .9rem;font-size:1.1rem}
.part th,.part td{font-weight:400}
#edits th[scope]{min-width:11rem}
#edits td:nth-child(6),#edits td:nth-child(7){min-width:8rem}
#bets h3,#bets li,#next code{overflow-wrap:anywhere}
footer{max-width:84rem;margin:0 auto;padding:0 1.25rem 1rem}
`;
