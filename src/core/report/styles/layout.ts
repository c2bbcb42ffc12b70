/** Page, typography, table of contents and head. */
export const LAYOUT = `
*,*::before,*::after{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:lining-nums}
.skip{position:absolute;left:-999px}
.skip:focus{left:1rem;top:1rem;background:var(--panel);padding:.5rem 1rem;z-index:9}
.shell{max-width:1360px;margin:0 auto;padding:0 clamp(16px,3vw,40px)}
main{min-width:0;padding-bottom:6rem}
nav.toc{display:none}
h1,h2,h3{line-height:1.2;text-wrap:balance;font-weight:650;letter-spacing:-.011em}
h1{font-size:clamp(2rem,4.6vw,3.1rem);margin:.2rem 0 .9rem;letter-spacing:-.025em}
h2{font-size:clamp(1.45rem,2.4vw,1.85rem);margin:0 0 .6rem}
h3{font-size:1.12rem;margin:2.4rem 0 .5rem}
h4{font-size:1rem;font-weight:640;line-height:1.3;margin:1.8rem 0 .3rem}
p{margin:.5rem 0 1rem;max-width:72ch}
a{color:var(--accent);text-underline-offset:.18em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
code{font:.86em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
section{padding-top:4.2rem;scroll-margin-top:0}
.lead{font-size:1.09rem;color:var(--soft);margin-bottom:1.6rem}
.sub{color:var(--soft);font-size:.88em}
.head{padding-top:clamp(2rem,5vw,4rem)}
.kicker{color:var(--soft);font-size:.9rem;margin:0}
.statement{font-size:clamp(1.15rem,2vw,1.4rem);line-height:1.45;max-width:58ch;margin:0 0 2rem;text-wrap:pretty}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:1px;margin:0 0 1.6rem;background:var(--line);border:1px solid var(--line);border-radius:14px;overflow:hidden}
.figures div{background:var(--panel);padding:1rem 1.2rem}
.figures dt,.purpose dt{color:var(--soft);font-size:.86rem}
.figures dd{margin:.1rem 0 0;font-size:1.45rem;font-weight:620;letter-spacing:-.015em;overflow-wrap:anywhere}
.purpose{display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));gap:1rem 2rem;margin:0 0 1.8rem}
.purpose dd{margin:.1rem 0 0}
.mind{border-left:3px solid var(--warn);padding:.2rem 0 .2rem 1.1rem;max-width:82ch}
.mind.clear{border-color:var(--good)}
.mind h2{font-size:1rem;margin:0 0 .4rem;letter-spacing:0}
.mind ul{list-style:none;margin:0;padding:0}
.mind li{display:flex;gap:.7rem;align-items:baseline;margin:.35rem 0}
@media (min-width:1120px){
.shell{display:grid;grid-template-columns:210px minmax(0,1fr);gap:56px}
nav.toc{display:block;position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:4.4rem 0 2rem;font-size:.9rem}
.toc ol{list-style:none;margin:0;padding:0;border-left:1px solid var(--line)}
.toc a{display:block;padding:.28rem 0 .28rem 1rem;margin-left:-1px;border-left:2px solid transparent;color:var(--soft);text-decoration:none}
.toc a:hover{color:var(--ink)}
.toc a[aria-current]{color:var(--ink);border-color:var(--accent);font-weight:600}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;
