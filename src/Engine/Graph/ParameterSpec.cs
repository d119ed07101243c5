namespace JaccardKernels.Engine;

/// <summary>How a parameter starts.</summary>
public enum Initialization
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>Ones.</summary>
    Ones,

    /// <summary>Normal with deviation sqrt(2 / fan-in), for layers before a ReLU (He et al. 2015).</summary>
    HeNormal,

    /// <summary>Normal with deviation sqrt(1 / fan-in), for layers before tanh or nothing (LeCun et al. 1998).</summary>
    LeCunNormal,

    /// <summary>Normal with deviation 0.001, for a layer whose results are summed over many pairs (Mojoo, Kurita 2021).</summary>
    SmallNormal,
}

/// <summary>One tensor that a layer owns.</summary>
/// <param name="Name">Unique in the network: layer, dot, and PyTorch's word (weight, bias, running_mean, running_var).</param>
/// <param name="Shape">Dimensions, first the outermost.</param>
/// <param name="FanIn">Inputs that one output sums over; 1 where it does not matter.</param>
/// <param name="Initialization">How it starts.</param>
/// <param name="Learned">False for running statistics: they move, but not by gradients.</param>
public sealed record ParameterSpec(string Name, IReadOnlyList<int> Shape, int FanIn, Initialization Initialization, bool Learned = true)
{
    /// <summary>Elements.</summary>
    public int Length { get; } = checked(Shape.Aggregate(1, (product, size) => product * size));

    /// <summary>Biases and normalisation parameters: not decayed, and trained at twice the rate where a schedule asks for it.</summary>
    public bool IsBias => Shape.Count == 1;
}
