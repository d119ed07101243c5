namespace JaccardKernels.Cli.Report;

/// <summary>The style sheet of a report: light and dark, narrow and wide, and on paper.</summary>
internal static class PageStyle
{
    /// <summary>CSS.</summary>
    // The six colours of lines keep apart for colour-blind readers, in both schemes.
    public const string Sheet = """
        :root {
          color-scheme: light dark;
          --paper: #fbfbf9; --ink: #1f2328; --faint: #667080; --rule: #d9dce0; --tint: #f0f1ee;
          --green: #1f8a4c; --red: #c43d32;
          --c0: #0b62b0; --c1: #c8553d; --c2: #16845b; --c3: #a36a00; --c4: #7647a8; --c5: #b03a7c;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #16181b; --ink: #e4e6e9; --faint: #98a1ad; --rule: #363b42; --tint: #202429;
            --green: #4cc27e; --red: #ee7568;
            --c0: #63b0f4; --c1: #f0876f; --c2: #52c795; --c3: #dfae4a; --c4: #b893ec; --c5: #f08cc0;
          }
        }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
        main { max-width: 1180px; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }
        h2 { font-size: 1.15rem; margin: 2.5rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--rule); }
        h3 { font-size: .92rem; font-weight: 600; margin: 0 0 .3rem; }
        p { margin: .4rem 0 .8rem; max-width: 52rem; }
        .summary { font-size: 1.08rem; }
        small { color: var(--faint); font-size: .8rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
        th, td { padding: .22rem .8rem .22rem 0; text-align: left; white-space: nowrap; }
        th { font-weight: 600; vertical-align: bottom; }
        th small { display: block; font-weight: 400; }
        th.n, td.n { text-align: right; padding: .22rem .35rem .22rem .7rem; }
        th.n { white-space: normal; min-width: 4.8rem; line-height: 1.25; }
        thead th { border-bottom: 1px solid var(--ink); }
        .group th { padding-top: 1rem; color: var(--faint); font-weight: 400; border-bottom: 1px solid var(--rule); }
        tbody tr:not(.group):hover { background: var(--tint); }
        .of, .chance { color: var(--faint); }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 1.6rem 2rem; }
        figure { margin: 0; min-width: 0; }
        svg { display: block; width: 100%; height: auto; font-size: 12px; }
        svg text { fill: var(--faint); }
        .grid { stroke: var(--rule); stroke-width: 1; }
        .axis { stroke: var(--faint); stroke-width: 1; }
        .line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .dot { fill: var(--c); stroke: var(--paper); stroke-width: 1; }
        .c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); } .c4 { --c: var(--c4); } .c5 { --c: var(--c5); }
        .baseline { --c: var(--faint); stroke-dasharray: 5 5; }
        figcaption { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; padding-left: 3.4rem; font-size: .85rem; }
        figcaption small { flex-basis: 100%; }
        .key::before { content: ""; display: inline-block; width: 1.3em; margin-right: .45em; vertical-align: .25em; border-top: 3px solid var(--c); }
        .key.baseline::before { border-top-style: dashed; border-top-width: 2px; }
        details { margin: .6rem 0; }
        summary { cursor: pointer; color: var(--faint); padding: .3rem 0; }
        .row { display: flex; gap: .7rem; overflow-x: auto; padding-bottom: .9rem; }
        .picture { flex: 1 1 0; min-width: 72px; max-width: 150px; display: flex; flex-direction: column; font-size: .78rem; line-height: 1.3; }
        .picture img { box-sizing: border-box; width: 100%; aspect-ratio: 1; object-fit: contain; padding: 4px; border: 1px solid var(--rule); border-radius: 3px; }
        .picture span { margin-top: .25rem; font-variant-numeric: tabular-nums; }
        .picture small { font-size: .72rem; }
        .query { margin-right: .9rem; }
        .query img { border: 2px solid var(--ink); padding: 3px; }
        .relevant img { border: 4px solid var(--green); padding: 1px; }
        .irrelevant img { border: 2px solid var(--red); padding: 3px; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.4rem; margin: 0; font-size: .92rem; }
        dt { color: var(--faint); }
        dd { margin: 0; overflow-wrap: anywhere; }
        @media print { main { max-width: none; padding: 0; } figure, .row, tr { break-inside: avoid; } }

        """;
}
