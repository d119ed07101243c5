using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Cases;

/// <summary>What may be wrong with a kernel.</summary>
public enum Fault
{
    WrongElement,
    SlightlyWrong,
    LeavesNaN,
    WritesBehind,
    WritesBefore,
    ChangesInput,
    DiffersNextTime,
    Accumulates,
    ForgetsToAccumulate,
    ReluClearsFirst,
}

/// <summary>The reference with one fault.</summary>
internal sealed class FaultyBackend(Fault fault) : ReferenceBackend, IBackend
{
    private int _calls;

    void IBackend.Gemm(in GemmProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> bias, DeviceSpan<float> c)
    {
        bool accumulate = fault == Fault.Accumulates || (problem.Accumulate && fault != Fault.ForgetsToAccumulate);
        Gemm(new GemmProblem(problem.M, problem.N, problem.K, problem.TransposeA, problem.TransposeB, accumulate, problem.Bias), a, b, bias, c);
        _calls++;
        switch (fault)
        {
            case Fault.WrongElement: Change(c, 5, value => value + 0.01f); break;
            case Fault.SlightlyWrong: Change(c, 5, MathF.BitIncrement); break;
            case Fault.LeavesNaN: Change(c, 20, _ => float.NaN); break;
            case Fault.WritesBehind: Change(c, c.Length, _ => 1); break;
            case Fault.WritesBefore: Change(c, -1, _ => 1); break;
            case Fault.ChangesInput: Change(b, 3, value => value + 1); break;
            case Fault.DiffersNextTime when _calls > 1: Change(c, 7, MathF.BitIncrement); break;
            default: break;
        }
    }

    void IBackend.ReluForward(in ReluProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        if (fault == Fault.ReluClearsFirst) Fill(new(problem.Length), 0, y);
        ReluForward(problem, x, y);
    }

    // Reaches beyond the operand, as a kernel with a pointer would.
    private void Change(DeviceSpan<float> operand, int index, Func<float, float> change)
    {
        DeviceSpan<float> element = operand.Buffer!.Slice<float>(operand.ByteOffset + 4L * index, 1);
        float[] value = new float[1];
        Download(element, value);
        value[0] = change(value[0]);
        Upload(value, element);
    }
}
