namespace JaccardKernels.Cases;

/// <summary>For what purpose operands are filled.</summary>
public enum FillMode
{
    /// <summary>Random values, as in use: errors are those of rounding.</summary>
    Random,

    /// <summary>Small integers wherever an operation is exact on them in fp32, whatever the order of its sums; with ties and zeros.</summary>
    Integers,

    /// <summary>Random values that keep away from kinks (zero of the rectifier, equal maxima, hinges), for central differences.</summary>
    Smooth,
}
