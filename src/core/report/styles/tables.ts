/** Tables, which scroll inside their own region, and heat maps. */
export const TABLES = `
.scroll{overflow-x:auto;max-width:100%;margin:.4rem 0 1rem}
table{border-collapse:collapse;font-size:.9rem;line-height:1.45;font-variant-numeric:tabular-nums lining-nums;min-width:min(100%,560px)}
caption{text-align:left;color:var(--soft);font-size:.86rem;padding:.2rem 0 .5rem}
caption.quiet,.hear{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.scroll{position:relative}
th,td{padding:.42rem .8rem .42rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th+th,td{padding-left:.8rem}
thead th{color:var(--soft);font-weight:500;font-size:.84rem;vertical-align:bottom;border-bottom-color:var(--neutral);line-height:1.3}
tbody th{font-weight:550;min-width:8.5rem}
.n{text-align:right}
td.n{white-space:nowrap}
td.prose{min-width:15rem;max-width:46ch}
th.prose{min-width:11rem}
.quiet-cell{color:var(--soft)}
.heatmap{border-collapse:separate;border-spacing:2px;width:100%}
.heatmap th,.heatmap td{border:0}
.heatmap thead th{padding:.3rem .4rem;min-width:4.6rem}
.heatmap thead th:first-child{padding-left:0}
.heatmap td{vertical-align:middle}
.heatmap tbody th{font-weight:450;vertical-align:middle;min-width:12.5rem;padding:.3rem .8rem .3rem 0;position:sticky;left:0;background:var(--panel);z-index:1}
.heat{padding:.34rem .5rem!important;text-align:center!important;border-radius:4px;font-size:.85rem}
.hx{background:var(--raised);color:var(--soft)}
.heatmap .glyph{display:block;margin:0 auto .2rem}
.heatmap thead th.n{text-align:center}
.dot{display:inline-block;width:.45rem;height:.45rem;border-radius:50%;background:var(--accent);margin-right:.55rem;vertical-align:.1em}
.dot.none{background:transparent}
.below{display:block;font-weight:400}
td.nowrap{white-space:nowrap}
.noted td{border-bottom:0;padding-bottom:.1rem}
.on-row td{padding-top:0;padding-bottom:.6rem}
.on-row span{display:block;position:sticky;left:0;max-width:min(84ch,calc(100vw - 7rem));color:var(--soft);font-size:.92em}
.candidates tbody th{min-width:0}
.candidates td.prose{min-width:13.5rem}
:is(.candidates,.compact) :is(th,td){padding-left:.55rem;padding-right:.55rem}
:is(.candidates,.compact) th:first-child{padding-left:0}
.compact td.prose{min-width:12rem}
table.matrix{width:auto}
.candidates tr:has(.chip.good) :is(th,td),.candidates tr:has(.chip.good)+.on-row td{background:var(--panel)}
.cohorts th,.cohorts td,.matrix th,.matrix td{padding:.28rem .35rem;min-width:2.9rem}
.cohorts thead th,.matrix thead th{min-width:2.9rem}
.cohorts tbody th{min-width:5.4rem}
.matrix tbody th{min-width:13rem;background:var(--page)}
.matrix .heat{font-size:.78rem}
.wrap{white-space:normal!important;min-width:7rem}
.centres td{white-space:nowrap}
.centres tbody th{min-width:11rem;font-weight:450;position:sticky;left:0;background:var(--page);z-index:1}
.centres .glyph{margin-right:.15rem}
.ordinal{display:inline-block;min-width:1.5rem;color:var(--soft)}
abbr{text-decoration:none}
.facts{min-width:0}
.facts td{overflow-wrap:anywhere;min-width:12rem}
@media (max-width:560px){
:is(.heatmap,.centres) .long{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.heatmap thead th{min-width:2.5rem}
.heat{padding:.34rem .2rem!important}
.heatmap tbody th{min-width:6.4rem;max-width:7.4rem;padding-right:.4rem;font-size:.84rem;overflow-wrap:anywhere}
.matrix tbody th{min-width:8rem}
td.prose{min-width:13rem}
.centres tbody th{min-width:7rem;max-width:8.5rem}
.finalists .on-row span{max-width:calc(100vw - 11rem)}
.facts td{min-width:0}
.facts tbody th{min-width:6.5rem}
}
`;
