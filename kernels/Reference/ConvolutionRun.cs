using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>
/// Neighbouring outputs of one row that one weight joins to the image: output <c>Y + i</c> reads input <c>X + i strideW</c> through weight
/// <c>W</c>, for i from 0 to Count - 1, none of them in the padding.
/// </summary>
internal readonly record struct ConvolutionRun(int Y, int X, int W, int Count);

/// <summary>All runs of a convolution: for every n, k, c of k's group, r, s and oh at most one. Use in foreach.</summary>
internal ref struct ConvolutionRuns
{
    private readonly ConvolutionProblem _problem;
    private int _n, _k, _c, _r, _s, _oh;

    /// <summary>Stands before the first run.</summary>
    public ConvolutionRuns(in ConvolutionProblem problem) => (_problem, _oh) = (problem, -1);

    /// <summary>The run stood at.</summary>
    public ConvolutionRun Current { get; private set; }

    /// <summary>foreach's entry.</summary>
    public readonly ConvolutionRuns GetEnumerator() => this;

    /// <summary>Goes to the next run that has an output.</summary>
    public bool MoveNext()
    {
        do
        {
            if (!Advance()) return false;
        }
        while (!Locate());
        return true;
    }

    // The loops over n, k, c, r, s, oh, the last one innermost.
    private bool Advance()
    {
        if (++_oh < _problem.OutputHeight) return true;
        _oh = 0;
        if (++_s < _problem.KernelW) return true;
        _s = 0;
        if (++_r < _problem.KernelH) return true;
        _r = 0;
        if (++_c < _problem.GroupChannels) return true;
        _c = 0;
        if (++_k < _problem.Filters) return true;
        _k = 0;
        return ++_n < _problem.Batch;
    }

    private bool Locate()
    {
        ref readonly ConvolutionProblem p = ref _problem;
        int ih = _oh * p.StrideH - p.PadH + _r * p.DilationH;
        if (ih < 0 || ih >= p.Height) return false;
        // 0 <= ow strideW + shift < width bounds the outputs of the row.
        int shift = _s * p.DilationW - p.PadW;
        int first = shift < 0 ? (-shift + p.StrideW - 1) / p.StrideW : 0;
        int last = shift < p.Width ? Math.Min((p.Width - 1 - shift) / p.StrideW, p.OutputWidth - 1) : -1;
        if (first > last) return false;
        int channel = _k / p.GroupFilters * p.GroupChannels + _c;
        Current = new ConvolutionRun(
            Y: ((_n * p.Filters + _k) * p.OutputHeight + _oh) * p.OutputWidth + first,
            X: ((_n * p.Channels + channel) * p.Height + ih) * p.Width + first * p.StrideW + shift,
            W: ((_k * p.GroupChannels + _c) * p.KernelH + _r) * p.KernelW + _s,
            Count: last - first + 1);
        return true;
    }
}
