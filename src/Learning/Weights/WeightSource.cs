namespace JaccardKernels.Learning;

/// <summary>The order of a stored tensor's axes.</summary>
public enum WeightLayout
{
    /// <summary>As the parameter's: convolutions [K,C/G,R,S], fully connected layers [Out,In].</summary>
    Same,

    /// <summary>A convolution of Keras, [R,S,C/G,K].</summary>
    Hwio,

    /// <summary>A depthwise convolution of Keras, [R,S,C,1].</summary>
    Hwc1,

    /// <summary>A fully connected layer of Keras, [In,Out].</summary>
    InOut,
}

/// <summary>Where the values of a parameter are stored.</summary>
/// <param name="Tensor">The name of the tensor.</param>
/// <param name="Layout">The order of its axes.</param>
/// <param name="Groups">Of a convolution's filters [K,C/G,R,S] that the parameter has in one, [K,C,R,S]: what lies between groups is 0.</param>
public readonly record struct WeightSource(string Tensor, WeightLayout Layout = WeightLayout.Same, int Groups = 1);

/// <summary>Keras's names for the parameters of a layer, behind the layer's own.</summary>
internal static class KerasNames
{
    public static WeightSource Convolution(string layer, string kind) =>
        kind == "weight" ? new($"{layer}/kernel", WeightLayout.Hwio) : new($"{layer}/{kind}");

    public static WeightSource Depthwise(string layer, string kind) =>
        kind == "weight" ? new($"{layer}/depthwise_kernel", WeightLayout.Hwc1) : new($"{layer}/{kind}");

    public static WeightSource FullyConnected(string layer, string kind) =>
        kind == "weight" ? new($"{layer}/kernel", WeightLayout.InOut) : new($"{layer}/{kind}");

    public static WeightSource Normalisation(string layer, string kind) => new(kind switch
    {
        "weight" => $"{layer}/gamma",
        "bias" => $"{layer}/beta",
        "running_mean" => $"{layer}/moving_mean",
        _ => $"{layer}/moving_variance",
    });
}
