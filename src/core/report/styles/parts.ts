/** Cards, figures, legends, notices. */
export const PARTS = `
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:18px;margin:0 0 1.6rem}
.card{background:var(--panel);border:1px solid var(--line);border-top:4px solid var(--c);border-radius:12px;padding:1.1rem 1.2rem .9rem;display:flex;flex-direction:column}
.card header{display:flex;align-items:center;gap:.65rem}
.card h3{margin:0;flex:1;font-size:1.15rem}
.badge{flex:none;width:1.75rem;height:1.75rem;border-radius:50%;display:grid;place-items:center;background:var(--raised);font-size:.88rem;font-weight:650}
.glyph{flex:none;fill:var(--c);vertical-align:-.08em}
.key{color:var(--soft);font-size:.84rem;margin:.35rem 0 .8rem}
.size{display:grid;grid-template-columns:1fr 1fr;gap:0 1.1rem;margin:0 0 .8rem}
.size dt{font-size:.82rem;color:var(--soft)}
.size dd{margin:0 0 .3rem;font-size:1.3rem;font-weight:620;letter-spacing:-.015em;white-space:nowrap}
.size dd span{font-size:.88rem;font-weight:400;color:var(--soft);letter-spacing:0}
.bar{display:block;width:100%;height:5px;border-radius:3px}
.bar .rail{fill:var(--raised)}
.bar .fill{fill:var(--c)}
.traits{list-style:none;margin:0;padding:.3rem 0 0;border-top:1px solid var(--line);flex:1}
.traits li{display:grid;grid-template-columns:1.2rem 1fr auto;column-gap:.2rem;padding:.4rem 0;align-items:baseline}
.traits .mark{font-size:.66rem;color:var(--soft)}
.traits .value{font-weight:620;text-align:right}
.traits .base{grid-column:2/4;font-size:.82rem;color:var(--soft)}
.card .foot{display:flex;flex-wrap:wrap;gap:.3rem .9rem;align-items:center;margin:.6rem 0 0;font-size:.82rem;color:var(--soft)}
.why{border-left:3px solid var(--accent);padding:.1rem 0 .1rem 1.1rem;margin:1.8rem 0 2.2rem}
.chip{display:inline-block;font-size:.78rem;line-height:1.5;padding:.02rem .55rem;border-radius:99px;border:1px solid currentColor;white-space:nowrap;color:var(--soft)}
.chip.good{color:var(--good)}.chip.warn{color:var(--warn)}.chip.bad{color:var(--bad)}
.notice{background:var(--panel);border:1px solid var(--line);border-left:4px solid var(--neutral);border-radius:8px;padding:.75rem 1.1rem;margin:1rem 0;max-width:82ch}
.notice.good{border-left-color:var(--good)}.notice.warn{border-left-color:var(--warn)}.notice.bad{border-left-color:var(--bad)}
.plot{margin:0 0 18px;background:var(--panel);border:1px solid var(--line);border-radius:12px;padding:1.1rem 1.2rem .8rem;min-width:0}
.plot figcaption{margin-bottom:.8rem}
.plot figcaption strong{display:block;font-weight:640}
.note{display:block;color:var(--soft);font-size:.89rem;line-height:1.5;max-width:78ch}
.canvas{min-height:60px;overflow:hidden}
.canvas svg{display:block;max-width:100%}
.grid.small{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,310px),1fr));gap:18px}
.grid.small .plot{margin:0;display:flex;flex-direction:column}
.grid.small .canvas{margin-top:auto}
.interview{background:var(--panel);border:1px solid var(--line);border-radius:12px;padding:1rem 1.2rem;margin:0 0 18px;max-width:82ch}
.interview h4{margin:.7rem 0 .2rem;font-size:.95rem}
.interview ul{margin:.2rem 0 .4rem}
.interview blockquote{margin:.5rem 0;padding-left:1rem;border-left:3px solid var(--accent);font-style:italic}
.interview img{float:right;max-width:160px;max-height:160px;border-radius:8px;margin:0 0 .6rem 1rem}
details summary{cursor:pointer}
.numbers{margin-top:.6rem;font-size:.92rem}
.numbers>summary{color:var(--accent);font-size:.88rem;width:fit-content}
.profile{background:var(--panel);border:1px solid var(--line);border-radius:10px;margin:.5rem 0;padding:.65rem 1.1rem}
.profile>summary{font-weight:600}
.profile .sub{font-weight:400}
.algorithm{border-top:1px solid var(--line);padding:.2rem 0 .6rem}
.algorithm:last-of-type{border-bottom:1px solid var(--line)}
.algorithm>summary{font-weight:640;font-size:1.05rem;padding:.75rem 0}
.algorithm>summary .chip{margin:0 .35rem;font-weight:400}
.algorithm>summary .sub{font-weight:400}
.algorithm .grid.small{margin-bottom:18px}
.linked{margin-bottom:18px}
.linked .plot{margin-bottom:0}
.legend{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:.4rem;padding:.6rem 0;background:var(--page)}
.legend button{display:inline-flex;align-items:center;gap:.45rem;font:inherit;font-size:.86rem;line-height:1.3;color:var(--ink);background:var(--panel);border:1px solid var(--line);border-radius:99px;padding:.25rem .8rem;cursor:pointer}
.legend button:hover{border-color:var(--neutral)}
.legend button[aria-pressed=true]{border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:18px;margin-bottom:1.2rem}
.fact{background:var(--panel);border:1px solid var(--line);border-radius:12px;padding:1.1rem 1.3rem}
.fact p{margin:.2rem 0}
.fact .big{font-size:2.3rem;font-weight:640;letter-spacing:-.03em;line-height:1.2}
.fact .rule{color:var(--soft);font-size:.86rem;margin-top:.6rem}
.tip{position:fixed;z-index:9;pointer-events:none;max-width:min(320px,90vw);background:var(--ink);color:var(--page);border-radius:8px;padding:.45rem .7rem;font-size:.84rem;line-height:1.45;box-shadow:0 4px 18px rgb(0 0 0/.22)}
.tip[hidden]{display:none}
.tip b{font-weight:600;margin-right:.4rem}
noscript p{border-left:3px solid var(--warn);padding-left:1rem}
@media (max-width:560px){
.plot{padding:.9rem .9rem .7rem}
.legend{position:static}
.figures dd{font-size:1.2rem}
.figures{grid-template-columns:1fr 1fr}
.figures div{padding:.8rem .9rem}
section{padding-top:3.2rem}
}
`;
