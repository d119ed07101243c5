namespace JaccardKernels.Problems;

/// <summary>What the factors of products are rounded to before they are multiplied. Sums are fp32 in every mode.</summary>
public enum ProductMath
{
    /// <summary>Single precision, 24 bits of significand: the default.</summary>
    Fp32,

    /// <summary>TensorFloat-32: the range of single precision, 11 bits of significand.</summary>
    Tf32,

    /// <summary>bfloat16: the range of single precision, 8 bits of significand.</summary>
    Bf16,
}

/// <summary>What a <see cref="ProductMath"/> costs.</summary>
public static class ProductMaths
{
    /// <summary>
    /// The largest normalised mean squared error of a sum of products of rounded factors; 0 for fp32, where the operation's own limit holds.
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
