namespace JaccardKernels.Engine.Gpu;

/// <summary>How many instructions of each kind.</summary>
public sealed class InstructionMix
{
    private readonly int[] _counts = new int[Enum.GetValues<InstructionKind>().Length];

    /// <summary>Counts instructions.</summary>
    public InstructionMix(IReadOnlyCollection<SassInstruction> instructions)
    {
        foreach (SassInstruction instruction in instructions) _counts[(int)InstructionKinds.Of(instruction)]++;
        Total = instructions.Count;
    }

    /// <summary>All instructions.</summary>
    public int Total { get; }

    /// <summary>Those of one kind.</summary>
    public int this[InstructionKind kind] => _counts[(int)kind];

    /// <summary>Those of one kind among all.</summary>
    public double Share(InstructionKind kind) => Total == 0 ? 0 : (double)this[kind] / Total;
}
