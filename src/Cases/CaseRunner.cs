using JaccardKernels.Engine;

namespace JaccardKernels.Cases;

/// <summary>Runs instances of operations and judges what comes out.</summary>
public static partial class CaseRunner
{
    private const int Seed = 2021;

    /// <summary>Accuracy, guards, determinism, and exactness and sharing where the operation has them.</summary>
    /// <param name="instance">The operation and its problem.</param>
    /// <param name="backend">Judged.</param>
    /// <param name="peers">Backends that must give the same bits, such as the same one with other numbers of threads.</param>
    public static CaseResult Check(OperationInstance instance, IBackend backend, params IReadOnlyList<IBackend> peers)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(backend);
        ReferenceValues values = instance.Fill(Seed, FillMode.Random);
        using PackedOperands first = Execute(instance, backend, values);
        List<CaseCheck> checks = [JudgeAccuracy(instance, backend, values, first), JudgeGuards(instance, values, first)];
        checks.Add(JudgeDeterminism(instance, values, first, [backend, .. peers]));
        if (instance.ExactOnIntegers && instance.VariantOn(backend) is not { IsExactOnIntegers: false }) checks.Add(CheckExactness(instance, backend));
        if (instance.Case.MayShare.Count > 0) checks.Add(CheckSharing(instance, backend));
        return new CaseResult(instance.Case.Name, $"{instance.Problem}", backend.Info.Kind, checks);
    }

    /// <summary>Accuracy and guards alone: one run of the backend, for problems of the size of real ones.</summary>
    public static CaseResult CheckAccuracy(OperationInstance instance, IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(backend);
        ReferenceValues values = instance.Fill(Seed, FillMode.Random);
        using PackedOperands run = Execute(instance, backend, values);
        return new CaseResult(
            instance.Case.Name, $"{instance.Problem}", backend.Info.Kind, [JudgeAccuracy(instance, backend, values, run), JudgeGuards(instance, values, run)]);
    }

    /// <summary>Accuracy and guards where one operand after the other starts at no multiple of 16 bytes, as the slice of a tensor may.</summary>
    public static CaseResult CheckUnaligned(OperationInstance instance, IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(backend);
        List<CaseCheck> checks = [];
        for (int i = 0; i < instance.Operands.Count; i++)
        {
            if (instance.Operands[i].Length == 0) continue;
            ReferenceValues values = instance.Fill(Seed, FillMode.Random);
            using PackedOperands run = Execute(instance, backend, values, shifted: i);
            checks.AddRange([JudgeAccuracy(instance, backend, values, run), JudgeGuards(instance, values, run)]);
        }
        return new CaseResult(instance.Case.Name, $"{instance.Problem}", backend.Info.Kind, checks);
    }

    private static PackedOperands Execute(
        OperationInstance instance, IBackend backend, ReferenceValues values, (int, int)? shared = null, int? shifted = null)
    {
        var packed = new PackedOperands(backend, instance.Operands, shared, shifted);
        try
        {
            packed.Write(values);
            packed.Upload();
            instance.Run(backend, packed.Device);
            packed.Download();
            return packed;
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }

    private static CaseCheck JudgeAccuracy(OperationInstance instance, IBackend backend, ReferenceValues values, PackedOperands run)
    {
        ReferenceValues expected = values.Clone();
        instance.RunReference(expected);
        double tolerance = instance.ToleranceOn(backend);
        return new CaseCheck(
            CheckKind.Accuracy,
            [.. instance.Written().Select(i => Judge.Accuracy(instance.Operands[i], expected.Array(i), run.Read(i), tolerance))]);
    }

    private static CaseCheck JudgeGuards(OperationInstance instance, ReferenceValues values, PackedOperands run)
    {
        List<OutputMargin> margins = [];
        string? damage = run.FindDamage();
        margins.Add(new OutputMargin("surroundings", damage is null ? 0 : double.PositiveInfinity, 0, damage));
        for (int i = 0; i < instance.Operands.Count; i++)
        {
            Operand operand = instance.Operands[i];
            if (operand.Role == OperandRole.Input && operand.Length > 0) margins.Add(Judge.Equality(operand, values.Array(i), run.Read(i)));
        }
        return new CaseCheck(CheckKind.Guards, margins);
    }

    private static CaseCheck JudgeDeterminism(
        OperationInstance instance, ReferenceValues values, PackedOperands first, IReadOnlyList<IBackend> backends)
    {
        List<OutputMargin> margins = [];
        foreach (IBackend backend in backends)
        {
            using PackedOperands again = Execute(instance, backend, values);
            foreach (int i in instance.Written()) margins.Add(Judge.SameBits(instance.Operands[i].Name, first.Bytes(i), again.Bytes(i)));
        }
        return new CaseCheck(CheckKind.Determinism, margins);
    }

    private static CaseCheck CheckExactness(OperationInstance instance, IBackend backend)
    {
        ReferenceValues values = instance.Fill(Seed, FillMode.Integers);
        using PackedOperands run = Execute(instance, backend, values);
        instance.RunReference(values);
        return new CaseCheck(
            CheckKind.Exactness, [.. instance.Written().Select(i => Judge.Equality(instance.Operands[i], values.Array(i), run.Read(i)))]);
    }

    private static CaseCheck CheckSharing(OperationInstance instance, IBackend backend)
    {
        List<OutputMargin> margins = [];
        foreach ((string name, string otherName) in instance.Case.MayShare)
        {
            ReferenceValues values = instance.Fill(Seed, FillMode.Random);
            int operand = values.IndexOf(name), other = values.IndexOf(otherName);
            if (instance.Operands[operand].Length != instance.Operands[other].Length) continue;
            // Two inputs in one memory hold the same values; an output begins with its input's.
            if (instance.Operands[operand].IsRead) Array.Copy(values.Array(other), values.Array(operand), values.Array(other).Length);
            using PackedOperands apart = Execute(instance, backend, values), together = Execute(instance, backend, values, (operand, other));
            foreach (int i in instance.Written())
                margins.Add(Judge.SameBits($"{instance.Operands[i].Name} with {name} = {otherName}", apart.Bytes(i), together.Bytes(i)));
        }
        return new CaseCheck(CheckKind.Sharing, margins);
    }
}
