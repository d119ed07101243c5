using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The tables of the convolutions of a device, each computed at its problem's first run and kept.</summary>
internal sealed class PatchTables(GpuQueue queue)
{
    private readonly Dictionary<ConvolutionProblem, PatchTable> _forward = [];
    private readonly Dictionary<ConvolutionProblem, (StridePhase Phase, PatchTable Table)[]> _backward = [];

    /// <summary>The terms of an output over x.</summary>
    public PatchTable Forward(in ConvolutionProblem problem)
    {
        if (!_forward.TryGetValue(problem, out PatchTable? table)) _forward[problem] = table = PatchTable.Forward(queue, problem);
        return table;
    }

    /// <summary>The terms of an input over dy, for each phase of the stride.</summary>
    public (StridePhase Phase, PatchTable Table)[] Backward(in ConvolutionProblem problem)
    {
        if (!_backward.TryGetValue(problem, out (StridePhase Phase, PatchTable Table)[]? phases))
            _backward[problem] = phases = Phases(problem);
        return phases;
    }

    // Apart, so that only a first run makes what the lambda closes over.
    private (StridePhase Phase, PatchTable Table)[] Phases(ConvolutionProblem problem) =>
        [.. StridePhase.Of(problem).Select(phase => (phase, PatchTable.Backward(queue, problem, phase)))];
}
