using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Convolution with an optional bias; parameters weight [K,C/G,R,S] and bias [K].</summary>
public sealed class ConvolutionLayer : Layer
{
    private readonly SampleShape _input;
    private readonly int _kernel, _stride, _pad, _trail, _dilation, _groups;
    private readonly bool _bias;

    internal ConvolutionLayer(string name, Node x, int filters, int kernel, int stride, int pad, int trail, int dilation, int groups, bool bias, int fanIn)
        : base(name, [x.Index], Infer(x.Shape, filters, kernel, stride, pad, trail, dilation, groups))
    {
        (_input, _kernel, _stride, _pad, _trail) = (x.Shape, kernel, stride, pad, trail);
        (_dilation, _groups, _bias) = (dilation, groups, bias);
        ConvolutionProblem problem = Problem(1);
        var weight = new ParameterSpec(name + ".weight", [filters, problem.GroupChannels, kernel, kernel], fanIn > 0 ? fanIn : problem.PatchLength, Initialization.HeNormal);
        Parameters = bias ? [weight, new ParameterSpec(name + ".bias", [filters], problem.PatchLength, Initialization.Zeros)] : [weight];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <summary>It has a bias of its own.</summary>
    public bool HasBias => _bias;

    /// <summary>The operation for a batch.</summary>
    public ConvolutionProblem Problem(int batch) => Problem(batch, _bias);

    /// <summary>The operation for a batch, with or without a bias: what is folded into a convolution may bring one.</summary>
    internal ConvolutionProblem Problem(int batch, bool bias) => new(
        batch, _input.Channels, _input.Height, _input.Width, Output.Channels, _kernel, _kernel, _stride, _stride, _pad, _pad, _dilation, _dilation, _groups, bias,
        _trail, _trail);

    /// <inheritdoc/>
    public override long Flops(int batch) => Problem(batch).Flops;

    /// <inheritdoc/>
    public override void Forward(in LayerContext context)
    {
        if (context.Filters is { } filters)
        {
            if (context.ChannelsLast is { } together)
            {
                together.ChannelsLastConvolution(context.ChannelsLastProblem, context.Input(), filters, context.FilterBias, context.Added, context.Output);
                return;
            }
            context.Backend.ConvolutionForward(filters.Problem, context.Input(), filters, context.FilterBias, context.Output);
            return;
        }
        ConvolutionProblem problem = Problem(context.Batch) with { Relu = context.AppliesRelu, Ceiling = context.Ceiling };
        context.Backend.ConvolutionForward(problem, context.Input(), context.Parameter(0), _bias ? context.Parameter(1) : default, context.Output);
    }

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        ConvolutionProblem problem = Problem(context.Batch);
        if (context.Trains)
        {
            context.Backend.ConvolutionBackwardWeights(problem, context.Input(), context.OutputGradient, context.ParameterGradient(0));
            if (_bias) context.Backend.ConvolutionBackwardBias(problem, context.OutputGradient, context.ParameterGradient(1));
        }
        DeviceSpan<float> dx = context.InputGradient();
        if (!dx.IsEmpty) context.Backend.ConvolutionBackwardData(problem, context.OutputGradient, context.Parameter(0), dx);
    }

    /// <inheritdoc/>
    public override string ToString() => $"convolution {Output.Channels}x{_kernel}x{_kernel} stride {_stride} pad {_pad}"
        + (_trail > 0 ? $" trail {_trail}" : "") + (_groups > 1 ? $" groups {_groups}" : "") + (_dilation > 1 ? $" dilation {_dilation}" : "");

    private static SampleShape Infer(SampleShape x, int filters, int kernel, int stride, int pad, int trail, int dilation, int groups)
    {
        var problem = new ConvolutionProblem(1, x.Channels, x.Height, x.Width, filters, kernel, kernel, stride, stride, pad, pad, dilation, dilation, groups, trailH: trail, trailW: trail);
        return new SampleShape(filters, problem.OutputHeight, problem.OutputWidth);
    }
}
