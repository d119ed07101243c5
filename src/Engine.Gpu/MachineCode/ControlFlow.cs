namespace JaccardKernels.Engine.Gpu;

/// <summary>
/// The basic blocks of a kernel, which may follow which, and its natural loops. Addresses alone do not show loops: the assembler moves rare code
/// behind the end, and its jump back is none.
/// </summary>
internal sealed class ControlFlow
{
    private readonly IReadOnlyList<SassInstruction> _code;
    private readonly int[] _starts;
    private readonly List<int>[] _successors, _predecessors;
    private readonly int[] _order;

    public ControlFlow(IReadOnlyList<SassInstruction> code)
    {
        _code = code;
        ILookup<string, int> reconvergence = code.Where(i => i.Name == "BSSY").ToLookup(Barrier, i => IndexOf(i.Target));
        int[][] targets = [.. code.Select((_, index) => Targets(index, reconvergence))];
        _starts = [.. Enumerable.Range(0, code.Count).Where(i => IsTransfer(code[i])).Select(i => i + 1).Concat(targets.SelectMany(t => t)).Append(0)
            .Where(i => i < code.Count).Distinct().Order()];
        _successors = [.. Enumerable.Range(0, _starts.Length).Select(block => targets[End(block) - 1].Select(BlockOf).Distinct().ToList())];
        _predecessors = [.. _starts.Select(_ => new List<int>())];
        for (int block = 0; block < _starts.Length; block++)
        {
            foreach (int next in _successors[block]) _predecessors[next].Add(block);
        }
        _order = ReversePostorder();
    }

    /// <summary>Blocks that can be reached: not what pads the end, nor routines that are called.</summary>
    public IEnumerable<int> Reachable => _order.Order();

    /// <summary>The instructions of blocks.</summary>
    public IReadOnlyList<SassInstruction> Instructions(IEnumerable<int> blocks) =>
        [.. blocks.Order().SelectMany(block => _code.Skip(_starts[block]).Take(End(block) - _starts[block]))];

    /// <summary>
    /// The natural loops by header: the blocks from which a jump back to a header that dominates it is reached without passing the header.
    /// </summary>
    public Dictionary<int, HashSet<int>> Loops()
    {
        Dictionary<int, HashSet<int>> loops = [];
        int[] dominators = ImmediateDominators();
        foreach (int block in _order)
        {
            foreach (int header in _successors[block].Where(next => Dominates(dominators, next, block)))
            {
                if (!loops.TryGetValue(header, out HashSet<int>? body)) loops[header] = body = [header];
                Stack<int> open = new([block]);
                while (open.TryPop(out int reached))
                {
                    if (!body.Add(reached)) continue;
                    foreach (int before in _predecessors[reached].Where(before => dominators[before] >= 0)) open.Push(before);
                }
            }
        }
        return loops;
    }

    private static bool IsTransfer(SassInstruction instruction) => instruction.Name is "BRA" or "BSYNC" or "EXIT" or "RET" or "BRX" or "JMP" or "JMX";

    private static string Barrier(SassInstruction instruction) => instruction.Operands.Split(',')[0].Trim();

    // A call comes back, so it is no transfer. A thread that waits at BSYNC goes on where BSSY says, which is mostly the next instruction.
    private int[] Targets(int index, ILookup<string, int> reconvergence)
    {
        SassInstruction instruction = _code[index];
        int[] next = index + 1 < _code.Count ? [index + 1] : [];
        switch (instruction.Name)
        {
            case "BRA" or "JMP":
                int target = IndexOf(instruction.Target);
                return instruction.IsConditional ? [target, .. next] : [target];
            case "BRX" or "JMX":
                throw new InvalidDataException(
                    $"machine code: {instruction.Opcode} at {instruction.Address:x4} jumps through a table, which is not followed.");
            case "EXIT" or "RET":
                return instruction.Predicate.Length > 0 ? next : [];
            case "BSYNC":
                int[] points = [.. reconvergence[Barrier(instruction)].Distinct()];
                return points.Length == 0 || points.Contains(index + 1) ? next : points;
            default:
                return next;
        }
    }

    private int IndexOf(int address)
    {
        int low = 0, high = _code.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_code[middle].Address < address) low = middle + 1;
            else high = middle;
        }
        return _code[low].Address == address
            ? low
            : throw new InvalidDataException($"machine code: {address:x4} is jumped to, but is no instruction.");
    }

    private int End(int block) => block + 1 < _starts.Length ? _starts[block + 1] : _code.Count;

    private int BlockOf(int instruction)
    {
        int found = Array.BinarySearch(_starts, instruction);
        return found >= 0 ? found : ~found - 1;
    }

    private int[] ReversePostorder()
    {
        List<int> postorder = [];
        var seen = new bool[_starts.Length];
        Stack<(int Block, int Next)> open = new([(0, 0)]);
        seen[0] = true;
        while (open.TryPop(out (int Block, int Next) top))
        {
            if (top.Next == _successors[top.Block].Count)
            {
                postorder.Add(top.Block);
                continue;
            }
            open.Push((top.Block, top.Next + 1));
            int next = _successors[top.Block][top.Next];
            if (seen[next]) continue;
            seen[next] = true;
            open.Push((next, 0));
        }
        postorder.Reverse();
        return [.. postorder];
    }

    // K. D. Cooper, T. J. Harvey, K. Kennedy: A Simple, Fast Dominance Algorithm. -1 for what cannot be reached.
    private int[] ImmediateDominators()
    {
        var rank = new int[_starts.Length];
        for (int i = 0; i < _order.Length; i++) rank[_order[i]] = i;
        var dominators = new int[_starts.Length];
        Array.Fill(dominators, -1);
        dominators[0] = 0;
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (int block in _order.Skip(1))
            {
                int common = _predecessors[block].Where(before => dominators[before] >= 0).Aggregate((a, b) => Common(dominators, rank, a, b));
                changed |= dominators[block] != common;
                dominators[block] = common;
            }
        }
        return dominators;
    }

    private static int Common(int[] dominators, int[] rank, int a, int b)
    {
        while (a != b)
        {
            while (rank[a] > rank[b]) a = dominators[a];
            while (rank[b] > rank[a]) b = dominators[b];
        }
        return a;
    }

    private static bool Dominates(int[] dominators, int candidate, int block)
    {
        while (block != candidate && block != 0) block = dominators[block];
        return block == candidate;
    }
}
