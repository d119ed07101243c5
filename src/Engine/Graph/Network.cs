using System.Text;

namespace JaccardKernels.Engine;

/// <summary>A graph of layers in the order of computation, shapes inferred, without data. Build it with <see cref="NetworkBuilder"/>.</summary>
public sealed class Network
{
    internal Network(SampleShape input, IReadOnlyList<Layer> layers)
    {
        (Input, Layers) = (input, layers);
        Parameters = [.. layers.SelectMany(layer => layer.Parameters)];
        if (Parameters.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { } twins)
            throw new ArgumentException($"two parameters are named '{twins.Key}'.", nameof(layers));
    }

    /// <summary>Shape of one sample of the input.</summary>
    public SampleShape Input { get; }

    /// <summary>The layers; each reads only earlier ones.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Shape of one sample of the last layer's result.</summary>
    public SampleShape Output => Layers[^1].Output;

    /// <summary>All parameters, layer by layer.</summary>
    public IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>Floating-point operations of a forward pass.</summary>
    public long Flops(int batch) => Layers.Sum(layer => layer.Flops(batch));

    /// <summary>A line a layer: name, what it does, shape, parameters.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (Layer layer in Layers)
            text.Append(layer.Name.PadRight(16)).Append(layer.ToString().PadRight(36)).Append(layer.Output.ToString().PadRight(14)).Append(layer.Parameters.Sum(p => p.Length)).Append('\n');
        return text.ToString();
    }
}
