/* Origin: our own. */

import { BASE_STYLE } from '../../../../foundation/present/page-look.data.ts';

/** The style of the comparison page: the style of all our pages, and its own. */
export const COMPARISON_STYLE = `${BASE_STYLE}
.alerts{list-style:none;margin:.9rem 0 0;padding:0}
.alerts li{border-left:4px solid var(--warn);background:var(--panel);padding:.45rem .8rem;margin:.35rem 0;border-radius:0 6px 6px 0}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.2rem;align-items:start}
.pair figure,.pair>div{margin:0;min-width:0}
.tree figcaption{font-size:.88rem;color:var(--dim);margin-bottom:.2rem}
.tree svg{width:100%;display:block}
.tree rect{stroke:var(--bg);stroke-width:1.5}
.tree text{font-size:11px;fill:var(--tile-text)}
:root{--only:light-dark(#c65d1e,#b8591f);--changed:light-dark(#2f6ea8,#3c7fbf);--same:light-dark(#5b6776,#55606f);--none:light-dark(#8893a1,#3d4653);--tile-text:#fff}
.t-only,.k-only,.strip rect.l-own,.k-own{fill:var(--only);background:var(--only)}
.strip rect.l-own.p0{opacity:.75}
.t-changed,.k-changed{fill:var(--changed);background:var(--changed)}
.t-same,.k-same,.strip rect.l-shared,.k-shared{fill:var(--same);background:var(--same)}
.t-none,.k-none{fill:var(--none);background:var(--none)}
.strip rect{stroke:var(--bg);stroke-width:1}
.strip rect.p1+text{fill:#fff}
.key{display:inline-block;width:.9rem;height:.9rem;border-radius:3px;margin:0 .35rem 0 .9rem;vertical-align:-.1rem}
.legend{font-size:.88rem;color:var(--dim)}
.legend .key:first-child{margin-left:0}
.matrix{width:auto}
.matrix td,.matrix th{padding:.35rem 1.4rem .35rem .7rem}
.scroll:has(>.matrix){width:fit-content;max-width:100%}
@media (max-width:40rem){.matrix td,.matrix th{padding:.35rem .25rem}.matrix .dim{font-size:.75rem}.matrix .sev{padding:0 .3rem}}
.matrix .dim{white-space:normal;font-size:.88rem}
.matrix .sev{min-width:2.2rem;text-align:center}
.wrap{white-space:normal}
.card .big{overflow-wrap:anywhere}
.card .big::first-letter{text-transform:none}
.better{color:var(--good)}
.worse{color:var(--bad)}
.conclusion{font-size:1.3rem;line-height:1.4;margin:.4rem 0 1rem;max-width:62rem;border-left:5px solid var(--good);padding:.2rem 0 .2rem .9rem}
.conclusion.open{border-left-color:var(--warn)}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,16rem),1fr));gap:.8rem;margin-bottom:.8rem}
.side{display:grid;grid-row:span 4;grid-template-rows:subgrid;row-gap:0}
.side h2{font-size:1.15rem;color:var(--text);text-transform:none;letter-spacing:0;overflow-wrap:anywhere}
.five{display:grid;grid-template-columns:repeat(auto-fill,minmax(7.2rem,1fr));gap:.5rem .8rem;margin:.7rem 0;align-content:start}
.five dt{font-size:.82rem;color:var(--dim)}
.five dd{margin:0;font-size:1.5rem;font-weight:650;line-height:1.2;font-variant-numeric:tabular-nums;white-space:nowrap}
.five dd.unknown{font-size:1.05rem;color:var(--warn);line-height:1.75}
@media (min-width:75rem){.two .five{grid-template-columns:repeat(5,auto)}}
.severities{margin:.4rem 0 0}
.severities figcaption{font-size:.82rem;color:var(--dim)}
.severities svg{width:100%;height:1rem;display:block;border-radius:4px}
.track{fill:var(--line)}
.fill-critical{fill:light-dark(#b3093f,#e0486f)}
.fill-high{fill:light-dark(#d9581f,#e87b45)}
.fill-medium{fill:light-dark(#c98a00,#d9a82e)}
.fill-low{fill:light-dark(#2f9469,#3fa87c)}
.fill-negligible{fill:light-dark(#8893a1,#6d7887)}
.fill-unknown{fill:light-dark(#5b86c9,#4f78b8)}
.side ul.counts{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.35rem;margin:.4rem 0 0}
.unjudged{border-left:4px solid var(--warn);padding:.2rem 0 .2rem .7rem;margin:.5rem 0}
.bars th{width:22rem}
.bars th .dim{font-weight:400}
.bar{display:flex;gap:.6rem;align-items:center;font-variant-numeric:tabular-nums}
.bar svg{width:70%;height:.8rem}
.b0{fill:var(--strip-a);background:var(--strip-a)}
.b1{fill:var(--only);background:var(--only)}
.b2,.b6{fill:var(--good);background:var(--good)}
.b3,.b7{fill:var(--warn);background:var(--warn)}
.b4{fill:var(--bad);background:var(--bad)}
.b5{fill:var(--same);background:var(--same)}
.changes{list-style:none;padding:0}
.changes li{padding:.18rem 0;overflow-wrap:anywhere}
#numbers td,#numbers th,#surface td,#surface th{padding:.3rem .7rem}
#numbers th[scope],#surface th[scope],.bars th[scope]{min-width:9rem;overflow-wrap:break-word}
#surface details ul{max-height:24rem;overflow:auto}
.f-security-loss,.f-introduced{background:light-dark(#fbdce6,#56102a);color:light-dark(#8f0430,#ffb3c8)}
.f-security-gain,.f-resolved{background:light-dark(#d9f1e6,#0e3a2a);color:light-dark(#0a5438,#93e3c1)}
#filter{margin:0 0 1.2rem}
#filter input{width:min(100%,28rem)}
@media (max-width:48rem){
.bars th{width:auto}
#numbers td,#numbers th,#surface td,#surface th{padding:.3rem .4rem}
#numbers td,#surface td{white-space:normal;overflow-wrap:anywhere;min-width:5.2rem}
#numbers td:last-child,#surface td:last-child{white-space:nowrap;min-width:0}
#numbers thead th,#surface thead th{white-space:normal;overflow-wrap:anywhere}
#numbers th[scope],#surface th[scope]{min-width:6rem}
}
@media print{#filter{display:none}}
`;
