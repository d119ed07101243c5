namespace JaccardKernels.Learning;

/// <summary>How the embeddings of a batch lie in the box [-1,1]^D.</summary>
/// <param name="Variance">Variance over the batch, mean over dimensions; 0 when collapsed.</param>
/// <param name="Saturation">Share of elements beyond <see cref="Saturated"/> in magnitude, where tanh lets less than 2 % of a gradient
/// through.</param>
internal readonly record struct EmbeddingSpread(float Variance, float Saturation)
{
    /// <summary>An element of larger magnitude is saturated.</summary>
    public const float Saturated = 0.99f;

    // Of a loss without triplets: two images differ by 0.014 in a dimension, of 2.
    private const float CollapsedVariance = 1e-4f;

    /// <summary>Measures embeddings [N,D].</summary>
    public static EmbeddingSpread Of(ReadOnlySpan<float> embeddings, int dimensions)
    {
        int rows = embeddings.Length / dimensions, saturated = 0;
        double total = 0;
        for (int d = 0; d < dimensions; d++)
        {
            double sum = 0, squares = 0;
            for (int i = d; i < embeddings.Length; i += dimensions)
            {
                sum += embeddings[i];
                squares += (double)embeddings[i] * embeddings[i];
                if (Math.Abs(embeddings[i]) > Saturated) saturated++;
            }
            total += squares / rows - sum / rows * (sum / rows);
        }
        return new EmbeddingSpread((float)Math.Max(0, total / dimensions), (float)saturated / embeddings.Length);
    }

    /// <summary>
    /// The embeddings sit at the collapsed point, where every distance is 0, every triplet is active and the gradient vanishes (system of Mojoo,
    /// Kurita 2021, section 3): distances below a hundredth of the margin, or of the largest distance in the box where the margin exceeds that.
    /// </summary>
    public bool IsCollapsed(in ObjectiveReport report, TrainingOptions options) => report.IsOfTriplets
        ? report.Triplets > 0 && report.Active > 0.99 * report.Triplets
            && Math.Max(report.PositiveDistance, report.NegativeDistance) < 0.01f * Math.Min(options.EffectiveMargin, 4 * options.Network.Dimensions)
        : Variance < CollapsedVariance;
}
