namespace JaccardKernels.Engine.Gpu;

/// <summary>
/// The loop in which a kernel spends its time, by guess: the one with most arithmetic, where a loop within another is taken to run
/// <see cref="Passes"/> times in each pass of that. Of a loop that holds others, only what stands outside of them counts.
/// </summary>
/// <param name="Instructions">Its instructions; of a kernel without a loop all that can be reached.</param>
/// <param name="IsLoop">There is a loop.</param>
public sealed record MainLoop(IReadOnlyList<SassInstruction> Instructions, bool IsLoop)
{
    /// <summary>Passes of a loop for each pass of the one around it.</summary>
    public const int Passes = 8;

    /// <summary>What HMMA and IMMA count for: they multiply a hundred times what the others do.</summary>
    public const int WorkOfMma = 32;

    /// <summary>Finds it.</summary>
    public static MainLoop Find(IReadOnlyList<SassInstruction> code)
    {
        var flow = new ControlFlow(code);
        Dictionary<int, HashSet<int>> loops = flow.Loops();
        if (loops.Count == 0) return new MainLoop(flow.Instructions(flow.Reachable), IsLoop: false);
        var candidates =
            from header in loops.Keys.Order()
            let own = flow.Instructions(OwnBlocks(loops, header))
            let depth = loops.Values.Count(body => body.Contains(header))
            let work = (1 + own.Sum(Work)) * Math.Pow(Passes, depth - 1)
            select (Own: own, Rank: (!IsReduction(flow.Instructions(loops[header])), work, own.Count(i => i.Name is "LDS" or "LDSM"), own.Count));
        return new MainLoop(candidates.MaxBy(candidate => candidate.Rank).Own, IsLoop: true);
    }

    // The threads of a group combine what each has found, in as many passes as their number has bits: never where the time goes.
    private static bool IsReduction(IReadOnlyList<SassInstruction> body) =>
        body.Any(i => i.Name == "BAR") && body.Any(i => i.Name == "STS") && !body.Any(i => i.Name is "LDG" or "LDGSTS");

    private static HashSet<int> OwnBlocks(Dictionary<int, HashSet<int>> loops, int header)
    {
        HashSet<int> own = [.. loops[header]];
        foreach ((int inner, HashSet<int> body) in loops)
        {
            if (inner != header && loops[header].Contains(inner)) own.ExceptWith(body);
        }
        return own;
    }

    private static int Work(SassInstruction instruction) => instruction.Name switch
    {
        "HMMA" or "IMMA" => WorkOfMma,
        "FFMA" or "FADD" or "FMUL" or "FMNMX" or "POPC" or "IMNMX" or "VIMNMX" => 1,
        _ => 0,
    };
}
