using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// How the windows of a row follow each other: with strides of 1 and 2 vectors of windows are computed where their results belong; with others all
/// windows are, of which those a stride apart are then taken.
/// </summary>
internal readonly unsafe struct PoolingRow(in PoolingProblem problem)
{
    private readonly int _stride = problem.StrideW, _outputs = problem.OutputWidth, _windows = problem.Width + 2 * problem.PadW - problem.KernelW + 1;

    /// <summary>Results are computed in place; otherwise <see cref="Place"/> puts them there.</summary>
    public bool Direct => _stride <= 2;

    /// <summary>From one computed window to the next: 1 or 2.</summary>
    public int Step => _stride == 2 ? 2 : 1;

    /// <summary>Windows that are computed.</summary>
    public int Length => Direct ? _outputs : _windows;

    /// <summary>Elements a step of 1 or 2 apart; with 2 one more element is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(float* source, int step)
        where TLanes : struct, ILanes<TLanes, float> => step == 2 ? TLanes.LoadEverySecond(source) : TLanes.Load(source);

    /// <summary>Takes the results from all windows, unless they are in place.</summary>
    public void Place(float* all, float* results)
    {
        if (!Direct) LineCopy.Window(all, Length, 0, _stride, results, _outputs);
    }
}
