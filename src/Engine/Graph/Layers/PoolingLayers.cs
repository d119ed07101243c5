using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Maximum or average pooling: what the two share.</summary>
public abstract class WindowPoolingLayer : Layer
{
    private readonly SampleShape _input;
    private readonly int _kernel, _stride, _pad;

    private protected WindowPoolingLayer(string name, Node x, int kernel, int stride, int pad)
        : base(name, [x.Index], Infer(x.Shape, kernel, stride, pad)) => (_input, _kernel, _stride, _pad) = (x.Shape, kernel, stride, pad);

    /// <summary>The operation for a batch.</summary>
    public PoolingProblem Problem(int batch) =>
        new(batch, _input.Channels, _input.Height, _input.Width, _kernel, _kernel, _stride, _stride, _pad, _pad);

    /// <inheritdoc/>
    public override string ToString() => $"pooling {_kernel}x{_kernel} stride {_stride} pad {_pad}";

    private static SampleShape Infer(SampleShape x, int kernel, int stride, int pad)
    {
        var problem = new PoolingProblem(1, x.Channels, x.Height, x.Width, kernel, kernel, stride, stride, pad, pad);
        return new SampleShape(x.Channels, problem.OutputHeight, problem.OutputWidth);
    }
}

/// <summary>Maximum pooling.</summary>
public sealed class MaxPoolingLayer : WindowPoolingLayer
{
    internal MaxPoolingLayer(string name, Node x, int kernel, int stride, int pad)
        : base(name, x, kernel, stride, pad)
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SavedSpec> Saved(int batch) => [new(Problem(batch).LengthY, sizeof(int))];

    /// <inheritdoc/>
    public override void Forward(in LayerContext context)
    {
        if (context.ChannelsLast is { } together) together.ChannelsLastMaxPooling(Problem(context.Batch), context.Input(), context.Output);
        else context.Backend.MaxPoolingForward(Problem(context.Batch), context.Input(), context.Output, context.Training ? context.Saved<int>(0) : default);
    }

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        DeviceSpan<float> dx = context.InputGradient();
        if (!dx.IsEmpty) context.Backend.MaxPoolingBackward(Problem(context.Batch), context.OutputGradient, context.Saved<int>(0), dx);
    }

    /// <inheritdoc/>
    public override string ToString() => "max " + base.ToString();
}

/// <summary>Average pooling.</summary>
public sealed class AveragePoolingLayer : WindowPoolingLayer
{
    internal AveragePoolingLayer(string name, Node x, int kernel, int stride, int pad)
        : base(name, x, kernel, stride, pad)
    {
    }

    /// <inheritdoc/>
    public override void Forward(in LayerContext context) => context.Backend.AveragePoolingForward(Problem(context.Batch), context.Input(), context.Output);

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        DeviceSpan<float> dx = context.InputGradient();
        if (!dx.IsEmpty) context.Backend.AveragePoolingBackward(Problem(context.Batch), context.OutputGradient, dx);
    }

    /// <inheritdoc/>
    public override string ToString() => "average " + base.ToString();
}

/// <summary>The mean of every channel.</summary>
public sealed class GlobalPoolingLayer : Layer
{
    private readonly SampleShape _input;

    internal GlobalPoolingLayer(string name, Node x)
        : base(name, [x.Index], new SampleShape(x.Shape.Channels)) => _input = x.Shape;

    /// <summary>The operation for a batch.</summary>
    public GlobalPoolingProblem Problem(int batch) => new(batch, _input.Channels, _input.Spatial);

    /// <inheritdoc/>
    public override void Forward(in LayerContext context)
    {
        if (context.ChannelsLast is { } together) together.ChannelsLastGlobalPooling(Problem(context.Batch), context.Input(), context.Output);
        else context.Backend.GlobalPoolingForward(Problem(context.Batch), context.Input(), context.Output);
    }

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        DeviceSpan<float> dx = context.InputGradient();
        if (!dx.IsEmpty) context.Backend.GlobalPoolingBackward(Problem(context.Batch), context.OutputGradient, dx);
    }

    /// <inheritdoc/>
    public override string ToString() => "global average pooling";
}
