using System.Globalization;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>min(max(x, 0), ceiling): ReLU, or ReLU6 with a ceiling of 6. A convolution that nothing else reads does it while it stores (see <see cref="LayerContext.AppliesRelu"/>).</summary>
public sealed class ReluLayer : Layer
{
    internal ReluLayer(string name, Node x, float ceiling)
        : base(name, [x.Index], x.Shape) => Ceiling = Guard.AboveZero(ceiling);

    /// <summary>The largest result; infinity where there is none.</summary>
    public float Ceiling { get; }

    /// <inheritdoc/>
    public override bool BackwardReadsOutput => true;

    /// <inheritdoc/>
    public override bool RunsInPlace => true;

    /// <inheritdoc/>
    public override void Forward(in LayerContext context) =>
        context.Backend.ReluForward(new(context.Output.Length, Ceiling), context.Input(), context.Output);

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        DeviceSpan<float> dx = context.InputGradient();
        if (!dx.IsEmpty) context.Backend.ReluBackward(new(dx.Length, Ceiling), context.OutputGradient, context.Output, dx);
    }

    /// <inheritdoc/>
    public override string ToString() => float.IsPositiveInfinity(Ceiling) ? "relu" : string.Create(CultureInfo.InvariantCulture, $"relu up to {Ceiling}");
}

/// <summary>Hyperbolic tangent.</summary>
public sealed class TanhLayer : Layer
{
    internal TanhLayer(string name, Node x)
        : base(name, [x.Index], x.Shape)
    {
    }

    /// <inheritdoc/>
    public override bool BackwardReadsOutput => true;

    /// <inheritdoc/>
    public override bool RunsInPlace => true;

    /// <inheritdoc/>
    public override void Forward(in LayerContext context) => context.Backend.TanhForward(new(context.Output.Length), context.Input(), context.Output);

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        DeviceSpan<float> dx = context.InputGradient();
        if (!dx.IsEmpty) context.Backend.TanhBackward(new(dx.Length), context.OutputGradient, context.Output, dx);
    }

    /// <inheritdoc/>
    public override string ToString() => "tanh";
}

/// <summary>Inverted dropout in training; otherwise its result is its input, and it is not run.</summary>
public sealed class DropoutLayer : Layer
{
    internal DropoutLayer(string name, Node x, float rate)
        : base(name, [x.Index], x.Shape) => Rate = (float)Guard.InRange(rate, 0, 0.999);

    /// <summary>The probability of a zero.</summary>
    public float Rate { get; }

    /// <summary>The operation for a pass.</summary>
    public DropoutProblem Problem(int length, int seed, int step) => new(length, Rate, seed, step);

    /// <inheritdoc/>
    public override void Forward(in LayerContext context)
    {
        if (context.Training) context.Backend.Dropout(Problem(context.Output.Length, context.Seed, context.Step), context.Input(), context.Output);
    }

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        DeviceSpan<float> dx = context.InputGradient();
        if (!dx.IsEmpty) context.Backend.Dropout(Problem(dx.Length, context.Seed, context.Step), context.OutputGradient, dx);
    }

    /// <inheritdoc/>
    public override string ToString() => $"dropout {Rate}";
}

/// <summary>Element-wise sum of two inputs.</summary>
public sealed class AddLayer : Layer
{
    internal AddLayer(string name, Node a, Node b)
        : base(name, [a.Index, b.Index], a.Shape)
    {
        if (a.Shape != b.Shape) throw new ArgumentException($"layer '{name}' adds {a.Shape} and {b.Shape}.", nameof(b));
    }

    /// <inheritdoc/>
    public override void Forward(in LayerContext context) => context.Backend.Add(new(context.Output.Length), context.Input(0), context.Input(1), context.Output);

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        for (int i = 0; i < 2; i++)
        {
            DeviceSpan<float> dx = context.InputGradient(i);
            if (!dx.IsEmpty) context.Backend.Copy(new(dx.Length), context.OutputGradient, dx);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "add";
}

/// <summary>Concatenation of two inputs along the channels.</summary>
public sealed class ConcatenateLayer : Layer
{
    private readonly int _a, _b;

    internal ConcatenateLayer(string name, Node a, Node b)
        : base(name, [a.Index, b.Index], a.Shape with { Channels = a.Shape.Channels + b.Shape.Channels })
    {
        if ((a.Shape.Height, a.Shape.Width) != (b.Shape.Height, b.Shape.Width))
            throw new ArgumentException($"layer '{name}' concatenates {a.Shape} and {b.Shape}.", nameof(b));
        (_a, _b) = (a.Shape.Length, b.Shape.Length);
    }

    /// <summary>The operation for a batch.</summary>
    public ConcatenateProblem Problem(int batch) => new(batch, _a, _b);

    /// <summary>Room for the half of the gradient that nobody asked for.</summary>
    public override IReadOnlyList<SavedSpec> Saved(int batch) => [new(batch * Math.Max(_a, _b), sizeof(float))];

    /// <inheritdoc/>
    public override void Forward(in LayerContext context)
    {
        // Where channels lie together, every pixel is a row.
        ConcatenateProblem problem = context.ChannelsLast is null
            ? Problem(context.Batch)
            : new(context.Batch * Output.Spatial, _a / Output.Spatial, _b / Output.Spatial);
        context.Backend.ConcatenateForward(problem, context.Input(0), context.Input(1), context.Output);
    }

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        DeviceSpan<float> da = context.InputGradient(0), db = context.InputGradient(1), spare = context.Saved<float>(0);
        if (da.IsEmpty && db.IsEmpty) return;
        context.Backend.ConcatenateBackward(
            Problem(context.Batch), context.OutputGradient, da.IsEmpty ? spare.Slice(0, context.Batch * _a) : da, db.IsEmpty ? spare.Slice(0, context.Batch * _b) : db);
    }

    /// <inheritdoc/>
    public override string ToString() => "concatenate";
}
