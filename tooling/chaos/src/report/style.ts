/** The look of the report, light and dark. */
export const style: string = `
:root { color-scheme: light dark; --ink: #1d2430; --faint: #6a7485; --paper: #fbfbfa; --card: #ffffff; --line: #e3e5ea; --lane: #f3f4f6;
  --good: #1a8a5a; --bad: #c62f3b; --write: #2f6fd6; --read: #63b3a6; --open: #e8920c; --refused: #f0c9c6; --lead: #2f6fd6; --elect: #8fb4f0;
  --follow: #c9d8ef; --search: #f3c66b; --down: #3d4553; --stopped: #8c95a5; --wiped: #9b59b6; --gap: #d6404d14; --process: #b5485a; --link: #7a62b8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --faint: #98a2b3; --paper: #14171d; --card: #1b1f27; --line: #2c323d; --lane: #20252e;
  --good: #43c08a; --bad: #ff6f78; --write: #5b95f5; --read: #4fa193; --open: #f5a731; --refused: #59343a; --lead: #4d86ea; --elect: #37568f;
  --follow: #2b3d5c; --search: #a67c1d; --down: #080a0d; --stopped: #5b6473; --gap: #ff6f7818; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1340px; margin: 0 auto; padding: 36px 28px 60px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -.02em; }
h1.good em { color: var(--good); font-style: normal; } h1.bad em { color: var(--bad); font-style: normal; }
h2 { font-size: 18px; margin: 36px 0 10px; }
.under { color: var(--faint); margin: 0 0 24px; }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; }
.number { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
.number b { display: block; font-size: 18px; white-space: nowrap; letter-spacing: -.01em; font-variant-numeric: tabular-nums; } .number span { color: var(--faint); font-size: 13px; }
table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
td, th { text-align: left; padding: 7px 12px; border-top: 1px solid var(--line); vertical-align: top; } tr:first-child > * { border-top: 0; }
th { color: var(--faint); font-weight: 500; font-size: 13px; } td.count { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.mark { font-weight: 600; white-space: nowrap; } .good .mark { color: var(--good); } .bad .mark { color: var(--bad); }
pre { white-space: pre-wrap; background: var(--card); border: 1px solid var(--bad); border-radius: 8px; padding: 12px; font: 12.5px/1.5 ui-monospace, monospace; }
.strip { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px; margin: 0 0 12px; }
svg { display: block; width: 100%; height: auto; font: 10px system-ui, sans-serif; }
svg text { fill: var(--ink); } svg .time { fill: var(--faint); } svg .on { fill: #fff; pointer-events: none; } svg .name { font-size: 11px; }
.line { fill: none; stroke: var(--c); } .tick { stroke: var(--line); } .lane { fill: var(--lane); } .rate { fill: var(--read); opacity: .55; }
.gap { --c: var(--gap); } .writes { --c: var(--write); } .reads { --c: var(--read); } .open { --c: var(--open); } .refused { --c: var(--refused); }
.fault { fill: var(--c); } .fault.process { --c: var(--process); } .fault.link { --c: var(--link); }
.server.leading { --c: var(--lead); } .server.elected { --c: var(--elect); } .server.following { --c: var(--follow); } .server.electing { --c: var(--search); }
.server.silent { --c: var(--lane); } .server.down { --c: var(--down); } .server.stopped { --c: var(--stopped); } .server.wiped { --c: var(--wiped); }
.h1 { --c: #4c78a8; } .h2 { --c: #e0913f; } .h3 { --c: #6b9e5a; } .h4 { --c: #b56b9d; } .h5 { --c: #8a7a5c; } .lost { fill: none; stroke: var(--bad); stroke-width: 2; pointer-events: all; }
.door { fill: transparent; } .door:hover { fill: var(--gap); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--faint); font-size: 13px; margin: 0 0 12px; } .legend i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
code { font: 13px ui-monospace, monospace; }
`
