namespace JaccardKernels.Problems;

/// <summary>
/// What products may be traded for speed: the algorithm, then what factors are rounded to before they are multiplied. Sums are fp32 in every mode,
/// and a mode allows all that those before it do.
/// </summary>
public enum ProductMath
{
    /// <summary>Single precision, 24 bits of significand, and every sum over the products of its definition.</summary>
    Exact,

    /// <summary>Single precision; convolutions may be computed with fewer multiplications (Winograd), which cancel less exactly: the default.</summary>
    Fp32,

    /// <summary>TensorFloat-32: the range of single precision, 11 bits of significand.</summary>
    Tf32,

    /// <summary>bfloat16: the range of single precision, 8 bits of significand.</summary>
    Bf16,
}

/// <summary>What a <see cref="ProductMath"/> costs.</summary>
public static class ProductMaths
{
    private static readonly string[] s_names = ["exact", "fp32", "tf32", "bf16"];

    /// <summary>The names of all modes, from the most exact on.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>The name of a mode: exact, fp32, tf32 or bf16.</summary>
    public static string NameOf(ProductMath mode) => s_names[(int)mode];

    /// <summary>The mode of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static ProductMath Parse(string name)
    {
        int mode = s_names.IndexOf(name);
        return mode >= 0
            ? (ProductMath)mode
            : throw new ArgumentException($"mode of products '{name}' is unknown; there are {string.Join(", ", s_names)}.", nameof(name));
    }

    /// <summary>Products of a mode may be computed in another: an operation may be more exact than it has to.</summary>
    public static bool Allows(ProductMath mode, ProductMath other) => other <= mode;

    /// <summary>
    /// The largest normalised mean squared error of a sum of products of rounded factors; 0 where they are not rounded: the operation's own limit holds.
    /// Rounding to b bits of significand is off by at most 2^-b of the value, with a mean square of 4^-b / 3 at most; two factors make that
    /// 1.6e-7 for tf32 and 1.0e-5 for bf16. The limits leave a factor of 2 for sums that cancel.
    /// </summary>
    public static double Tolerance(ProductMath mode) => mode switch
    {
        ProductMath.Tf32 => 3.2e-7,
        ProductMath.Bf16 => 2.0e-5,
        _ => 0,
    };
}
