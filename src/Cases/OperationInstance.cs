using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <summary>An operation at one problem: its operands can be filled, its reference and any backend can be run on them.</summary>
public abstract class OperationInstance
{
    private protected OperationInstance(OperationCase operation, IProblem problem, IReadOnlyList<Operand> operands) =>
        (Case, Problem, Operands) = (operation, problem, operands);

    /// <summary>The operation.</summary>
    public OperationCase Case { get; }

    /// <summary>The problem; its text form is its <c>ToString</c>.</summary>
    public IProblem Problem { get; }

    /// <summary>The problem as the ladder of its operation knows it: of the operation that computes it.</summary>
    public abstract IProblem LadderProblem { get; }

    /// <summary>The operands, in the order of the method of the backend.</summary>
    public IReadOnlyList<Operand> Operands { get; }

    /// <summary>Operations of the plain algorithm.</summary>
    public abstract long Flops { get; }

    /// <summary>Bytes of the operands that are read, each counted once.</summary>
    public long BytesRead => Operands.Where(operand => operand.IsRead).Sum(operand => operand.Bytes);

    /// <summary>Bytes of the operands that are written, each counted once.</summary>
    public long BytesWritten => Operands.Where(operand => operand.IsWritten).Sum(operand => operand.Bytes);

    /// <summary>On small integers every backend must give the reference's result bit for bit.</summary>
    public abstract bool ExactOnIntegers { get; }

    /// <summary>The variant that computes it on a backend as that is set, or null where there is one way only.</summary>
    public KernelVariant? VariantOn(IBackend backend) =>
        Case.LadderOn(backend) is { } ladder ? ladder.Find(ladder.Choose(LadderProblem).Variant) : null;

    /// <summary>The largest error on a backend as it is set: the operation's, or that of the variant that computes it.</summary>
    public double ToleranceOn(IBackend backend) => Math.Max(Case.Tolerance, VariantOn(backend)?.Tolerance ?? 0);

    /// <summary>Draws the values of every operand that is read; the others are zero.</summary>
    public ReferenceValues Fill(int seed, FillMode mode)
    {
        ReferenceValues values = ReferenceValues.Allocate(Operands);
        for (int i = 0; i < Operands.Count; i++)
        {
            if (Operands[i].IsRead) Operands[i].Domain.Fill(CounterRandom.Key(seed, i), mode, values.Array(i));
        }
        return values;
    }

    /// <summary>Runs the specification: inputs are read from the values, outputs written to them.</summary>
    public abstract void RunReference(ReferenceValues values);

    /// <summary>Runs a backend's method.</summary>
    public abstract void Run(IBackend backend, DeviceOperands operands);

    /// <summary>Runs a backend on a user's arrays.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="inputs">float[], int[], long[], ulong[] or byte[] for every operand that is read and present, in order.</param>
    /// <returns>Arrays for every operand that is written and present, in order.</returns>
    /// <exception cref="ArgumentException">The number of arrays, a type, a length or a value does not fit; the message names it.</exception>
    public IReadOnlyList<Array> RunWith(IBackend backend, IReadOnlyList<Array> inputs)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(inputs);
        Operand[] read = [.. Operands.Where(o => o.IsRead && o.Length > 0)];
        if (inputs.Count != read.Length)
        {
            string names = string.Join(", ", read.Select(o => o.Name));
            throw new ArgumentException($"{Case.Name} reads {read.Length} arrays ({names}); {inputs.Count} were given.", nameof(inputs));
        }
        for (int i = 0; i < read.Length; i++) Check(read[i], inputs[i]);
        using var packed = new PackedOperands(backend, Operands);
        int next = 0;
        for (int i = 0; i < Operands.Count; i++)
        {
            if (Operands[i].IsRead && Operands[i].Length > 0) packed.Write(i, inputs[next++]);
        }
        packed.Upload();
        Run(backend, packed.Device);
        packed.Download();
        return [.. Written().Select(packed.Read)];
    }

    /// <summary>The operands that are written and present, by number.</summary>
    internal IEnumerable<int> Written() => Enumerable.Range(0, Operands.Count).Where(i => Operands[i].IsWritten && Operands[i].Length > 0);

    /// <summary>The output of the scalar whose derivative is declared, dy, and the derivatives; only where the case has a gradient.</summary>
    internal abstract (int Of, int[] By, bool IsLoss) GradientOperands();

    /// <summary>Runs the declared backward pass.</summary>
    internal abstract void RunBackward(ReferenceValues values, double[] dy, double[][] gradients);

    /// <inheritdoc/>
    public override string ToString() => $"{Case.Name} {Problem}";

    private static void Check(Operand operand, Array values)
    {
        (string expected, bool fits) = operand.Type switch
        {
            ElementType.Float32 => ("float32", values is float[]),
            ElementType.Int32 => ("int32", values is int[]),
            ElementType.Int64 => ("int64", values is long[]),
            ElementType.UInt8 => ("uint8", values is byte[]),
            _ => ("uint64", values is ulong[]),
        };
        if (!fits) throw new ArgumentException($"{operand.Name} must be {expected}; it is {values.GetType().GetElementType()?.Name}.", operand.Name);
        Guard.Length(values.Length, operand.Length, operand.Name);
        operand.Domain.Check(operand.Name, values);
    }
}

/// <summary>An operation at one problem of its type.</summary>
internal sealed class OperationInstance<TProblem>(OperationCase<TProblem> operation, TProblem problem)
    : OperationInstance(operation, problem, operation.Operands(problem))
    where TProblem : struct, IProblem<TProblem>
{
    public override IProblem LadderProblem => operation.ComputedAs(problem);

    public override long Flops => operation.Flops(problem);

    public override bool ExactOnIntegers => operation.ExactOnIntegers(problem);

    public override void RunReference(ReferenceValues values) => operation.Reference(problem, values);

    public override void Run(IBackend backend, DeviceOperands operands)
    {
        if (!operation.IsOn(backend)) throw new ArgumentException($"{operation.Name} is not among the operations of {backend.Info.Name}.", nameof(backend));
        operation.Run(backend, problem, operands);
    }

    internal override (int Of, int[] By, bool IsLoss) GradientOperands() =>
        (IndexOf(Declared.Of), [.. Declared.By.Select(IndexOf)], Declared.IsLoss);

    internal override void RunBackward(ReferenceValues values, double[] dy, double[][] gradients) =>
        Declared.Backward(problem, values, dy, gradients);

    private GradientDeclaration<TProblem> Declared =>
        operation.Gradient ?? throw new InvalidOperationException($"{operation.Name} declares no gradient.");

    private int IndexOf(string name) => Operands.Index().First(o => o.Item.Name == name).Index;
}
