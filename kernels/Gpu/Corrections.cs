using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>r and d of batch renormalisation, <c>[2,C]</c>; 1 and 0 where there are none, and the normalisation is a plain one.</summary>
internal readonly struct Corrections
{
    private readonly ArrayView<float> _values;
    private readonly int _channels, _exist;
    private readonly float _rmax, _dmax;

    public Corrections(in BatchRenormalizationProblem problem, ArrayView<float> values) =>
        (_values, _channels, _exist, _rmax, _dmax) = (values, problem.Normalization.Channels, 1, problem.RMax, problem.DMax);

    /// <summary>None: any memory stands for them.</summary>
    public Corrections(ArrayView<float> any) => _values = any;

    public bool Exist => _exist != 0;

    public float R(int channel)
    {
        float r = 1f;
        if (_exist != 0) r = _values[channel];
        return r;
    }

    public float D(int channel)
    {
        float d = 0f;
        if (_exist != 0) d = _values[_channels + channel];
        return d;
    }

    /// <summary>From the statistics of the batch and the running ones, variances with epsilon.</summary>
    public void Set(int channel, float mean, float variance, float runningMean, float runningVariance)
    {
        float r = MathF.Sqrt(variance / runningVariance), d = (mean - runningMean) / MathF.Sqrt(runningVariance);
        _values[channel] = IntrinsicMath.Min(IntrinsicMath.Max(r, 1f / _rmax), _rmax);
        _values[_channels + channel] = IntrinsicMath.Min(IntrinsicMath.Max(d, -_dmax), _dmax);
    }
}
